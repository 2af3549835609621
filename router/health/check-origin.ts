import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';

/** A body beyond this is not read to its end. */
const maxBodyBytes = 64 * 1024;

export type OriginCheck = { isPassed: true } | { isPassed: false; problem: string };
export type CheckOrigin = (url: string, signal: AbortSignal) => Promise<OriginCheck>;

/**
 * One `GET` of a path, over a connection of its own: it shows that the origin still takes connections. Passed with 2xx
 * or 3xx within `timeoutMs`, from connecting to the end of the body. Never rejects.
 */
export function createCheckOrigin({
  path,
  timeoutMs,
  lookup,
}: {
  path: string;
  timeoutMs: number;
  lookup: LookupFunction;
}): { checkOrigin: CheckOrigin; close(): Promise<void> } {
  const agent = new Agent({ pipelining: 0, connect: { lookup, timeout: timeoutMs }, headersTimeout: timeoutMs });

  async function checkOrigin(url: string, signal: AbortSignal): Promise<OriginCheck> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, body } = await agent.request({
        origin: url,
        path,
        method: 'GET',
        headers: { 'user-agent': 'fairline-health-check', accept: '*/*' },
        signal: AbortSignal.any([signal, deadline]),
      });
      await body.dump({ limit: maxBodyBytes });
      if (statusCode >= 200 && statusCode < 400) return { isPassed: true };
      return { isPassed: false, problem: `answered ${statusCode}` };
    } catch (error) {
      if (deadline.aborted) return { isPassed: false, problem: `no answer within ${timeoutMs} ms` };
      const { code, message } = error as Error & { code?: string };
      return { isPassed: false, problem: code ? `${code}: ${message}` : message };
    }
  }

  return { checkOrigin, close: () => agent.destroy() };
}
