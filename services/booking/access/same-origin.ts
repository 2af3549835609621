export type RequestOrigin = {
  method: string;
  /** `Sec-Fetch-Site`, which browsers set and pages cannot. */
  fetchSite: string | undefined;
  origin: string | undefined;
  /** Host and port that the visitor asked for. */
  host: string | undefined;
};

/**
 * Whether a request that may change something comes from our own pages, or from no page at all (an app, curl). Requests
 * that only read always may. The gateway refuses the rest as well; this is the second lock.
 */
export function isSameOrigin({ method, fetchSite, origin, host }: RequestOrigin): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true;
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none';
  if (origin === undefined) return true;
  return URL.parse(origin)?.host === host && host !== undefined;
}
