import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { createFastPools } from './fast/pools.ts';

const maxResponseHeaderBytes = 32 * 1024;

/** How long instances, and clients in the middle of something, may take. */
export type ForwardTimeouts = {
  /** Until a new connection to an instance stands. */
  connectMs: number;
  /** From the end of the request to the head of the answer. */
  firstByteMs: number;
  /** Silence within a body, in either direction; event streams send a comment every 15 s. */
  idleMs: number;
  /** Silence of both sides of a tunnel. */
  tunnelIdleMs: number;
};

export const defaultTimeouts: ForwardTimeouts = {
  connectMs: 2000,
  firstByteMs: 30_000,
  idleMs: 120_000,
  tunnelIdleMs: 600_000,
};

/** What is needed to open a connection that is used once, beside the pools. */
export type SingleUse = { lookup: LookupFunction; maxHeaderSize: number };

/** Stands for a TLS name where there is none: addresses must not be sent as one, and the Host header is the visitor's. */
const byAddress = 'by-address';

/** The TLS name to ask an instance for, which its certificate must be for; undefined for plain http. */
export function tlsNameOf(url: string): string | undefined {
  if (!url.startsWith('https:')) return undefined;
  const { hostname } = new URL(url);
  return hostname.startsWith('[') || isIP(hostname) ? byAddress : hostname;
}

/** Keep-alive connections to instances, one pool an origin, opened on first use. */
export function createConnections({
  lookup,
  timeouts: given = {},
}: {
  lookup: LookupFunction;
  timeouts?: Partial<ForwardTimeouts> | undefined;
}) {
  const timeouts: ForwardTimeouts = { ...defaultTimeouts, ...given };
  const singleUse: SingleUse = { lookup, maxHeaderSize: maxResponseHeaderBytes };
  const open = buildConnector({ lookup, timeout: timeouts.connectMs, allowH2: false });
  const connect: typeof open = (options, callback) =>
    open(options.servername === byAddress ? { ...options, servername: '' } : options, callback);
  const pools = new Map<string, Pool>();
  const fast = createFastPools({ lookup, timeouts });

  return {
    timeouts,
    singleUse,
    /** For plain GETs, which are most of the traffic. */
    fast,

    get(url: string): Dispatcher {
      let pool = pools.get(url);
      if (!pool) {
        pool = new Pool(url, {
          allowH2: false,
          pipelining: 1,
          connect,
          headersTimeout: timeouts.firstByteMs,
          bodyTimeout: timeouts.idleMs,
          maxHeaderSize: maxResponseHeaderBytes,
        });
        pools.set(url, pool);
      }
      return pool;
    },

    /** Closes pools of origins that are not among these, once what they have under way is done. */
    keepOnly(urls: ReadonlySet<string>): void {
      fast.keepOnly(urls);
      for (const [url, pool] of pools) {
        if (urls.has(url)) continue;
        pools.delete(url);
        // A pool that is already closing says so; there is nothing else to do then.
        pool.close().catch(() => {});
      }
    },

    /** Ends everything at once. */
    async destroy(): Promise<void> {
      fast.destroy();
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;
