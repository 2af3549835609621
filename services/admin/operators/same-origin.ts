/**
 * Whether a request that changes something came from our own pages, by what the browser says of it. Requests without
 * both headers come from no browser, so that nobody's session is abused by them.
 */
export function isSameOrigin({
  origin,
  fetchSite,
  host,
}: {
  origin: string | undefined;
  fetchSite: string | undefined;
  host: string;
}): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  if (origin === undefined) return true;
  const from = URL.parse(origin);
  return from !== null && from.host === URL.parse(`${from.protocol}//${host}`)?.host;
}
