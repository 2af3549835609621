import { parseCookie } from 'undici';

/** The cookies of one visitor of one site; paths do not matter, as all of ours are for the whole site. */
export function createCookieJar() {
  const kept = new Map<string, string>();
  return {
    /** Takes the values of the Set-Cookie headers of an answer; what cannot be read is passed over, as by a browser. */
    take(headers: readonly string[]): void {
      for (const header of headers) {
        const cookie = parseCookie(header);
        if (!cookie) continue;
        const hasEnded = cookie.maxAge !== undefined && cookie.maxAge <= 0;
        if (hasEnded) kept.delete(cookie.name);
        else kept.set(cookie.name, cookie.value);
      }
    },
    /** The value of the Cookie header; undefined when there is none to send. */
    header(): string | undefined {
      if (kept.size === 0) return undefined;
      return Array.from(kept, ([name, value]) => `${name}=${value}`).join('; ');
    },
  };
}

export type CookieJar = ReturnType<typeof createCookieJar>;
