import { isPasswordHash } from '@fairline/shared/password.ts';

export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Someone who may log in. A viewer looks, an operator changes as well. */
export type Operator = { name: string; role: Role; passwordHash: string };

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/**
 * Reads `<name>:<role>:scrypt$N$r$p$salt$key`, comma separated. All problems are told together and none of them
 * repeats a hash. An empty text is a list of nobody.
 */
export function parseOperators(text: string): { operators: ReadonlyMap<string, Operator>; problems: string[] } {
  const operators = new Map<string, Operator>();
  const problems: string[] = [];
  const entries = text.split(',').map((entry) => entry.trim());
  entries.forEach((entry, index) => {
    if (entry === '') return;
    const where = `OPERATORS, entry ${index + 1}`;
    const [name = '', role = '', passwordHash = '', ...rest] = entry.split(':');
    if (rest.length > 0 || passwordHash === '') problems.push(`${where}: must be <name>:<role>:<password hash>`);
    else if (!namePattern.test(name)) problems.push(`${where}: the name must match ${namePattern.source}`);
    else if (!isRole(role)) problems.push(`${where} (${name}): the role must be one of ${roles.join(' | ')}`);
    else if (!isPasswordHash(passwordHash)) problems.push(`${where} (${name}): the hash must be scrypt$N$r$p$salt$key`);
    else if (operators.has(name)) problems.push(`${where}: ${name} is there twice`);
    else operators.set(name, { name, role, passwordHash });
  });
  return { operators, problems };
}

function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
