import { isDroppedHeader } from './hop-by-hop.ts';

/** What says how a message is read, routed or stored must be known before its body (RFC 9110, 6.5.1). */
const neverTrailing = new Set([
  'host',
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'cache-control',
  'expires',
  'age',
  'vary',
  'set-cookie',
  'cookie',
  'authorization',
  'www-authenticate',
  'expect',
  'range',
  'location',
  'retry-after',
  'forwarded',
  'via',
  'x-request-id',
]);

/** Whether whoever sent this can take trailers. */
export function acceptsTrailers(te: string | string[] | undefined): boolean {
  if (te === undefined) return false;
  return String(te)
    .split(',')
    .some((coding) => coding.trim().split(';', 1)[0]?.trim().toLowerCase() === 'trailers');
}

export function canTrail(lowerName: string): boolean {
  return !neverTrailing.has(lowerName) && !lowerName.startsWith('x-forwarded-') && !isDroppedHeader(lowerName);
}

/** The names of a Trailer header that may pass, joined; empty when none may. */
export function keepTrailerNames(value: string): string {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && canTrail(name.toLowerCase()))
    .join(', ');
}

/** Trailers as pairs, without those that may not be there. `flat` as received: name, value, name, value … */
export function keepTrailers(flat: readonly string[]): [string, string][] {
  const kept: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = flat[index] ?? '';
    if (canTrail(name.toLowerCase())) kept.push([name, flat[index + 1] ?? '']);
  }
  return kept;
}
