import type { ServerResponse } from 'node:http';
import type { LiveMessage } from '../contract/overview.ts';
import type { Overview } from '../overview/overview.ts';

/** Bytes that a slow reader may leave unread before a snapshot is left out for it, and before its stream is cut. */
const skipBeyondBytes = 256 * 1024;
const cutBeyondBytes = 4 * 1024 * 1024;
/** So long a reader may take no byte at all. */
const mostSkipped = 30;

type EndReason = (LiveMessage & { event: 'end' })['data']['reason'];
type Watcher = { response: ServerResponse; checkEnd(): EndReason | undefined; skipped: number; silentTicks: number };

/** Proxies cut a connection on which nothing comes. */
const mostSilentTicks = 15;

export type LiveHub = {
  /** Writes head and snapshots into `response` until it closes, or `checkEnd` names a reason to end. False when full. */
  open(response: ServerResponse, options: { headers: Record<string, string>; checkEnd: Watcher['checkEnd'] }): boolean;
  /** Tells everybody; those who may not watch any more are told so and closed. */
  publish(overview: Overview): void;
  /** Once a second, also while there is nothing to tell: who may not watch any more is closed, silence is broken. */
  tick(): void;
  /** Ends all streams and lets no further one in. */
  close(): void;
  size(): number;
};

/** The open event streams of this process: a snapshot is turned into text once, however many watch. */
export function createLiveHub({ mostStreams, openStream }: { mostStreams: number; openStream(): () => void }): LiveHub {
  const watchers = new Set<Watcher>();
  let latest: string | undefined;
  let isClosed = false;

  function end(watcher: Watcher, reason: EndReason): void {
    watchers.delete(watcher);
    watcher.response.end(formatMessage({ event: 'end', data: { reason } }));
  }

  function send(watcher: Watcher, text: string): void {
    const { response } = watcher;
    if (response.writableLength > cutBeyondBytes || watcher.skipped >= mostSkipped) {
      response.destroy();
    } else if (response.writableLength > skipBeyondBytes) {
      watcher.skipped += 1;
    } else {
      watcher.skipped = 0;
      watcher.silentTicks = 0;
      response.write(text);
    }
  }

  return {
    open(response, { headers, checkEnd }) {
      if (isClosed || watchers.size >= mostStreams) return false;
      const watcher: Watcher = { response, checkEnd, skipped: 0, silentTicks: 0 };
      response.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      response.write(`retry: 2000\n\n${latest ?? ''}`);
      watchers.add(watcher);
      const closeReport = openStream();
      response.on('close', () => {
        watchers.delete(watcher);
        closeReport();
      });
      return true;
    },
    publish(overview) {
      latest = formatMessage({ event: 'snapshot', data: overview });
      for (const watcher of watchers) {
        const reason = watcher.checkEnd();
        if (reason) end(watcher, reason);
        else send(watcher, latest);
      }
    },
    tick() {
      for (const watcher of watchers) {
        const reason = watcher.checkEnd();
        watcher.silentTicks += 1;
        if (reason) end(watcher, reason);
        else if (watcher.silentTicks >= mostSilentTicks) send(watcher, ': still here\n\n');
      }
    },
    close() {
      isClosed = true;
      for (const watcher of watchers) end(watcher, 'stopping');
    },
    size: () => watchers.size,
  };
}

function formatMessage({ event, data }: LiveMessage): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
