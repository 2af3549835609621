import { isRole, namePattern, parseOperatorsFile } from './operators.ts';

/** Shorter ones are guessed; a sentence is remembered. */
export const leastPasswordCharacters = 12;

export type EntryWish = { name: string; role: string; password: string };

/** Why somebody cannot be added, in words that never repeat a password; none when they can. */
export function findEntryProblems({ name, role, password }: EntryWish): string[] {
  const problems: string[] = [];
  if (!namePattern.test(name)) problems.push(`The name must match ${namePattern.source}.`);
  if (!isRole(role)) problems.push('The role must be viewer or operator.');
  if ([...password].length < leastPasswordCharacters)
    problems.push(`The password must have at least ${leastPasswordCharacters} characters.`);
  if (password === name) problems.push('The password must not be the name.');
  return problems;
}

/** The file with that operator in it: an entry of the same name is replaced, which ends that operator's sessions. */
export function putEntry(text: string, { name, role, hash }: { name: string; role: string; hash: string }): string {
  const lines = text.split('\n');
  while (lines.at(-1) === '') lines.pop();
  const entry = `${name}:${role}:${hash}`;
  const at = lines.findIndex((line) => parseOperatorsFile(line).operators.has(name));
  const next = at === -1 ? [...lines, entry] : lines.with(at, entry);
  return `${next.join('\n')}\n`;
}
