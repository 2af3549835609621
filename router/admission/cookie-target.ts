export type CookieTargetFacts = {
  method: string;
  path: string;
  secFetchDest: string | undefined;
};

const staticExtension =
  /\.(?:css|m?js|map|json|txt|xml|webmanifest|ico|png|jpe?g|gif|svg|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[agv]|wav|pdf|zip|gz|wasm)$/i;
/** Documents, and what scripts fetch. A browser names anything else (image, style, font …). */
const visitorDestinations = ['document', 'empty', 'iframe', 'frame'];

/**
 * Whether an answer to this request may carry the visitor cookie: navigations and API calls, never static assets, whose
 * answers must stay cacheable and which run in parallel with the page that already brought a cookie.
 */
export function canCarryCookie({ method, path, secFetchDest }: CookieTargetFacts): boolean {
  if (secFetchDest !== undefined && !visitorDestinations.includes(secFetchDest)) return false;
  return (method !== 'GET' && method !== 'HEAD') || !staticExtension.test(path);
}
