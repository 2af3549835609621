export type SourceFacts = {
  method: string;
  secFetchSite: string | undefined;
  origin: string | undefined;
  /** Host as the visitor typed it, behind trusted proxies the one they forwarded. */
  host: string;
};

/**
 * Whether a request that may change something comes from another site's page. Browsers that send `Sec-Fetch-Site` are
 * believed; others are judged by `Origin`. Programs that send neither are no browsers and pass.
 */
export function isCrossSite({ method, secFetchSite, origin, host }: SourceFacts): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  if (secFetchSite === 'same-origin' || secFetchSite === 'none') return false;
  if (secFetchSite === 'cross-site') return true;
  if (origin === undefined) return secFetchSite !== undefined;
  return originHost(origin) !== host.toLowerCase();
}

function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/?#@]+)$/i.exec(origin)?.[1]?.toLowerCase();
}
