/** The values of the cookies called `name`, in order, at most `limit`. Values are taken as they are, quotes stripped. */
export function parseCookies(header: string | undefined, name: string, limit: number): string[] {
  const values: string[] = [];
  if (!header) return values;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    values.push(
      pair
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    );
    if (values.length === limit) break;
  }
  return values;
}
