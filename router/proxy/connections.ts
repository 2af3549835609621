import type { LookupFunction } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

const connectTimeoutMs = 2000;
/** Silence within a body; event streams send a comment every 15 s. */
const bodyTimeoutMs = 120_000;
const maxResponseHeaderBytes = 32 * 1024;

/** Keep-alive connections to instances, one pool an origin, opened on first use. */
export function createConnections({
  lookup,
  firstByteTimeoutMs,
}: {
  lookup: LookupFunction;
  firstByteTimeoutMs: number;
}) {
  const pools = new Map<string, Pool>();

  return {
    get(url: string): Dispatcher {
      let pool = pools.get(url);
      if (!pool) {
        pool = new Pool(url, {
          allowH2: false,
          pipelining: 1,
          connect: { lookup, timeout: connectTimeoutMs },
          headersTimeout: firstByteTimeoutMs,
          bodyTimeout: bodyTimeoutMs,
          maxHeaderSize: maxResponseHeaderBytes,
        });
        pools.set(url, pool);
      }
      return pool;
    },

    /** Closes pools of origins that are not among these, once what they have under way is done. */
    keepOnly(urls: ReadonlySet<string>): void {
      for (const [url, pool] of pools) {
        if (urls.has(url)) continue;
        pools.delete(url);
        // A pool that is already closing says so; there is nothing else to do then.
        pool.close().catch(() => {});
      }
    },

    /** Ends everything at once. */
    async destroy(): Promise<void> {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
