/** Whether the origin is this machine itself, by address: a name could lead anywhere. */
export function isLoopback(origin: string): boolean {
  const url = URL.parse(origin);
  if (url?.protocol !== 'http:') return false;
  return url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}
