export const visitorCookieName = 'visitor_id';
/** All cookies that are ours, the waiting-room's and the operators' page's among them: no site of others gets to see them. */
export const ownCookieNames: readonly string[] = [visitorCookieName, 'visitor_ticket', 'fairline_operator'];
/** More values than any browser sends by itself; further ones are not looked at. */
const maxValues = 8;

/** Values of all cookies called `visitor_id`, without repeats, in the order sent. Costs one scan of the header. */
export function readVisitorCookieValues(cookieHeader: string | undefined): readonly string[] {
  const first = cookieHeader?.indexOf(visitorCookieName) ?? -1;
  if (cookieHeader === undefined || first === -1) return [];
  const only = readOnlyValue(cookieHeader, first);
  if (only !== undefined) return [only];
  const values: string[] = [];
  for (const part of cookieHeader.split(';')) {
    const equals = part.indexOf('=');
    if (equals === -1 || part.slice(0, equals).trim() !== visitorCookieName) continue;
    const value = part.slice(equals + 1).trim();
    if (value !== '' && !values.includes(value)) values.push(value);
    if (values.length === maxValues) break;
  }
  return values;
}

/** The value when the name stands once, as the first thing of the header or right after a separator: nearly always. */
function readOnlyValue(cookieHeader: string, at: number): string | undefined {
  const equals = at + visitorCookieName.length;
  if (cookieHeader.charCodeAt(equals) !== 61 /* = */) return undefined;
  if (at !== 0 && !cookieHeader.startsWith('; ', at - 2)) return undefined;
  if (cookieHeader.includes(visitorCookieName, equals)) return undefined;
  const end = cookieHeader.indexOf(';', equals);
  return cookieHeader.slice(equals + 1, end === -1 ? undefined : end).trim() || undefined;
}

/** The header without the named cookies; undefined when nothing is left. */
export function dropCookies(cookieHeader: string, names: readonly string[]): string | undefined {
  const kept = cookieHeader.split(';').filter((part) => {
    const name = part.split('=', 1)[0]?.trim() ?? '';
    return part.trim() !== '' && !names.includes(name);
  });
  return kept.length === 0 ? undefined : kept.map((part) => part.trim()).join('; ');
}
