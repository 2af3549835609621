import type { LookupFunction } from 'node:net';
import type { ForwardTimeouts } from '../connections.ts';
import { Connection } from './connection.ts';
import { createOutbox } from './outbox.ts';
import { createSlabs } from './slabs.ts';
import { startTicker, type Ticker } from './ticker.ts';

const readBytes = 64 * 1024;

type Pool = { host: string; port: number; idle: Connection[]; isClosed: boolean };

/** Kept connections to instances by http, one pool an origin, opened when needed. */
export function createFastPools({ lookup, timeouts }: { lookup: LookupFunction; timeouts: ForwardTimeouts }) {
  const pools = new Map<string, Pool>();
  const open = new Set<Connection>();
  const memory = Buffer.allocUnsafeSlow(readBytes);
  // Apart, so that the instances' turn comes as one and the clients' as well.
  const toInstances = createOutbox();
  const toClients = createOutbox();
  const slabs = createSlabs(readBytes);
  let ticker: Ticker | undefined;

  function checkDeadlines(): void {
    for (const connection of open) connection.checkDeadline();
  }

  function openPool(url: string): Pool {
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const pool: Pool = { host, port: Number(port || 80), idle: [], isClosed: false };
    pools.set(url, pool);
    return pool;
  }

  function openIn(pool: Pool): Connection {
    ticker ??= startTicker(checkDeadlines);
    const connection = new Connection({
      ...pool,
      lookup,
      timeouts,
      ticker,
      outbox: toInstances,
      memory,
      onIdle: (idle) => {
        if (pool.isClosed) idle.close();
        else pool.idle.push(idle);
      },
      onClosed: (closed) => {
        open.delete(closed);
        const index = pool.idle.indexOf(closed);
        if (index !== -1) pool.idle.splice(index, 1);
        if (open.size > 0) return;
        ticker?.stop();
        ticker = undefined;
      },
    });
    open.add(connection);
    return connection;
  }

  function closePool(url: string, pool: Pool): void {
    pools.delete(url);
    pool.isClosed = true;
    for (const connection of [...pool.idle]) connection.close();
  }

  return {
    /** Answers leave through it. */
    toClients,

    /** For what is read from one of these connections and goes to a client. */
    slabs,

    /** A connection for one request: the one used last, or a new one when none is idle or `isFresh` asks for it. */
    take(url: string, isFresh: boolean): Connection {
      const pool = pools.get(url) ?? openPool(url);
      return (isFresh ? undefined : pool.idle.pop()) ?? openIn(pool);
    },

    /** Closes pools of origins that are not among these; what they have under way is finished. */
    keepOnly(urls: ReadonlySet<string>): void {
      for (const [url, pool] of pools) if (!urls.has(url)) closePool(url, pool);
    },

    /** Ends everything at once. */
    destroy(): void {
      for (const [url, pool] of pools) closePool(url, pool);
      for (const connection of open) connection.close();
    },

    /** For tests and curious people. */
    countOpen: () => open.size,
  };
}

export type FastPools = ReturnType<typeof createFastPools>;
