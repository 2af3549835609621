import { isPasswordHash } from '@fairline/shared/password.ts';

export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Someone who may log in. A viewer looks, an operator changes as well. */
export type Operator = { name: string; role: Role; passwordHash: string };

/** Of operators and of tokens. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export type OperatorsReading = { operators: ReadonlyMap<string, Operator>; problems: string[] };

/**
 * Reads `<name>:<role>:scrypt$N$r$p$salt$key`, comma separated. All problems are told together and none of them
 * repeats a hash. An empty text is a list of nobody.
 */
export function parseOperators(text: string): OperatorsReading {
  return readEntries(text.split(','), (index) => `OPERATORS, entry ${index + 1}`);
}

/** The same from a file: one a line; empty lines and those that begin with `#` say nothing. */
export function parseOperatorsFile(text: string): OperatorsReading {
  const lines = text.split('\n').map((line) => (line.trimStart().startsWith('#') ? '' : line));
  return readEntries(lines, (index) => `OPERATORS_FILE, line ${index + 1}`);
}

/** Those of the environment and of the file together; a name in both is a problem. */
export function joinOperators(...readings: readonly OperatorsReading[]): OperatorsReading {
  const operators = new Map<string, Operator>();
  const problems = readings.flatMap((reading) => reading.problems);
  for (const reading of readings) {
    for (const [name, operator] of reading.operators) {
      if (operators.has(name)) problems.push(`${name} is both in OPERATORS and in OPERATORS_FILE`);
      operators.set(name, operator);
    }
  }
  return { operators, problems };
}

function readEntries(entries: readonly string[], whereOf: (index: number) => string): OperatorsReading {
  const operators = new Map<string, Operator>();
  const problems: string[] = [];
  entries.forEach((text, index) => {
    const entry = text.trim();
    if (entry === '') return;
    const where = whereOf(index);
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

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
