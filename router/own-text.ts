const mostBytes = 1024;
const memory = Buffer.alloc(mostBytes);

/**
 * The same latin1 text in memory of its own: a part of a request, which all texts of a request are, keeps the whole request
 * from being forgotten. For whatever is kept for longer than its request.
 */
export function ownText(text: string): string {
  const { length } = text;
  if (length > mostBytes) return Buffer.from(text, 'latin1').toString('latin1');
  memory.write(text, 0, length, 'latin1');
  return memory.toString('latin1', 0, length);
}
