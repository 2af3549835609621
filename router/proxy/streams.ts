import type { Clock } from '@fairline/shared/clock.ts';
import type { UpstreamRoom } from '../balancing/upstream-set.ts';

export type StreamKind = 'events' | 'tunnel';

export type Stream = {
  readonly kind: StreamKind;
  readonly instanceId: string;
  readonly room: UpstreamRoom;
  /** undefined: nobody known. */
  readonly visitorId: string | undefined;
  /** The client's. */
  readonly address: string;
  /** It was opened in the right of a place. */
  readonly isBooked: boolean;
  /** Ends it for both sides; called at most once. */
  cut(): void;
};

/** How many of each kind one instance gets from this gateway at most. */
export type StreamLimits = Readonly<Record<StreamKind, number>>;

export const defaultStreamDrainMs = 10_000;
export const defaultStreamLimits: StreamLimits = { events: 20_000, tunnel: 2000 };

type Counts = Record<StreamKind, number>;

/** What goes on for hours through this gateway: event streams and tunnels, by instance and by visitor. */
export function createStreams({ limits, clock }: { limits: StreamLimits; clock: Pick<Clock, 'sleep'> }) {
  const open = new Set<Stream>();
  const byVisitor = new Map<string, Set<Stream>>();
  const counts = new Map<string, Counts>();
  let leaving: ReadonlySet<string> = new Set();

  function add(stream: Stream): () => void {
    const { visitorId, instanceId, kind } = stream;
    open.add(stream);
    const count = counts.get(instanceId) ?? { events: 0, tunnel: 0 };
    count[kind] += 1;
    counts.set(instanceId, count);
    if (visitorId !== undefined) {
      const own = byVisitor.get(visitorId) ?? new Set();
      byVisitor.set(visitorId, own.add(stream));
    }
    return () => {
      if (!open.delete(stream)) return;
      count[kind] -= 1;
      if (count.events + count.tunnel === 0) counts.delete(instanceId);
      const own = visitorId === undefined ? undefined : byVisitor.get(visitorId);
      if (own?.delete(stream) && own.size === 0 && visitorId !== undefined) byVisitor.delete(visitorId);
    };
  }

  /**
   * Cuts those that are open now, spread evenly over this time, so that their clients do not all come back at once.
   * Resolves when the last one is cut, or at the abort.
   */
  async function cutSpread(
    overMs: number,
    signal: AbortSignal,
    isMeant: (stream: Stream) => boolean = () => true,
  ): Promise<void> {
    const meant = [...open].filter(isMeant);
    // Timers finer than this would cost more than they spread.
    const steps = Math.max(1, Math.min(meant.length, Math.floor(overMs / 20)));
    for (let step = 0; step < steps && !signal.aborted; step += 1) {
      const from = Math.floor((step * meant.length) / steps);
      cutAll(meant.slice(from, Math.floor(((step + 1) * meant.length) / steps)));
      if (step + 1 < steps) await clock.sleep(overMs / steps, signal);
    }
  }

  function cutAll(streams: Iterable<Stream>): void {
    for (const stream of [...streams]) if (open.has(stream)) stream.cut();
  }

  return {
    /** Counts a stream until the returned function is called. */
    add,

    hasRoom: (instanceId: string, kind: StreamKind) => (counts.get(instanceId)?.[kind] ?? 0) < limits[kind],

    /** Cuts what these visitors have open to a room, at once. */
    cutVisitors(visitorIds: Iterable<string>, room: UpstreamRoom): void {
      for (const visitorId of visitorIds) {
        const own = byVisitor.get(visitorId);
        if (own) cutAll([...own].filter((stream) => stream.room === room));
      }
    },

    /** Cuts those that are meant, at once. Costs a look at every open one. */
    cutWhere: (isMeant: (stream: Stream) => boolean) => cutAll([...open].filter(isMeant)),

    /** Those whose streams were opened in the right of a place. */
    bookedVisitors: (): string[] =>
      [...byVisitor].flatMap(([visitorId, own]) => ([...own].some(({ isBooked }) => isBooked) ? [visitorId] : [])),

    cutSpread,

    /**
     * These instances are on their way out: what is open to those that were not before is closed over this time, so that
     * it is opened again elsewhere before they are gone.
     */
    leave(instanceIds: ReadonlySet<string>, overMs: number, signal: AbortSignal): void {
      for (const id of instanceIds) {
        if (!leaving.has(id)) void cutSpread(overMs, signal, ({ instanceId }) => instanceId === id);
      }
      leaving = instanceIds;
    },

    cutAll: () => cutAll(open),

    /** Open streams by instance, for the metrics. */
    read: (): ReadonlyMap<string, Readonly<Counts>> => counts,
  };
}

export type Streams = ReturnType<typeof createStreams>;
