/** The values of the cookies called `name`, in order, at most `limit`. Values are taken as they are, quotes stripped. */
export function parseCookies(header: string | undefined, name: string, limit: number): string[] {
  const values: string[] = [];
  if (!header) return values;
  for (let start = 0; start < header.length && values.length < limit; ) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon < 0 ? header.length : semicolon;
    const equals = header.indexOf('=', start);
    if (equals >= 0 && equals < end && header.slice(start, equals).trim() === name) {
      values.push(unquote(header.slice(equals + 1, end).trim()));
    }
    start = end + 1;
  }
  return values;
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
