/**
 * The query parameter that tells a second try from a first: it is added when a visitor without a cookie is sent back
 * to the same URL with one, so that the redirect happens once, and never reaches an upstream.
 */
const marker = 'fairline-cookie=1';

/** `query` is empty or starts with a question mark; so is the one returned. */
export function removeMarker(query: string): string {
  if (!query.includes(marker)) return query;
  const kept = query
    .slice(1)
    .split('&')
    .filter((part) => part !== marker);
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

export function hasMarker(query: string): boolean {
  return removeMarker(query) !== query;
}

export function addMarker(query: string): string {
  return query === '' || query === '?' ? `?${marker}` : `${query}&${marker}`;
}
