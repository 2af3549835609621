import type { ServerResponse } from 'node:http';
import type { Clock } from '@fairline/shared/clock.ts';
import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import type { Change } from '@fairline/shared/redis/changes.ts';
import type { Place, Visitor } from '../line/places.ts';
import type { Ticket } from '../ticket/visitor-ticket.ts';
import { formatEvent, formatRetry, heartbeat, type ServerEvent } from './event-text.ts';

export const heartbeatMs = 15_000;
/** Bytes a slow client may leave unread before its stream is cut. */
const mostBufferedBytes = 64 * 1024;
const mostStreamsPerVisitor = 6;
/** Streams that need a fresh status after a reload or a change of settings share this time. */
const spreadMs = 1000;
/** What a browser has heard already may be ahead of us, when it comes from another process: we wait that long to catch up. */
const mostBehindMs = 2000;
/** After a wished end browsers come back within this time, spread, and not all at once. */
const reconnectMs = { least: 1000, most: 3000, mostAfterClose: 10_000 };

const turnEnds: ReadonlySet<Change['type']> = new Set(['confirmed', 'cancelled', 'left', 'expired', 'revoked']);

type Stream = {
  visitor: Visitor;
  response: ServerResponse;
  lastStatus: string;
  nextStatusAtMs: number;
  nextHeartbeatAtMs: number;
  /** Nothing is told before our copy has got to this change, or until this time. */
  from: { seq: number; atMs: number };
  isTelling: boolean;
  /** Something happened while the last look was under way. */
  isStale: boolean;
  close(): void;
};

export type EventHub = ReturnType<typeof createEventHub>;

/**
 * The open event streams of this process. Each gets a `status` when it opens, then at most one in `refreshAfterSeconds`;
 * what happens to the visitor, and what operators change for everyone, is told at once.
 */
export function createEventHub({
  look,
  ticketFor,
  tell,
  seq,
  claimMs,
  clock,
  random,
  mostStreams,
  logger,
  openStream,
}: {
  look(visitor: Visitor): Promise<Place>;
  /** What lets the next look do without Redis. */
  ticketFor(place: Place): Ticket | undefined;
  tell(place: Place): VisitorStatus;
  /** `seq` of the newest change known. */
  seq(): number;
  /** How long a new place waits for its first visit. */
  claimMs(): number;
  clock: Pick<Clock, 'monotonicMs'>;
  /** 0..1 */
  random(): number;
  /** In this process; beyond it `open` refuses. */
  mostStreams: number;
  logger: Logger;
  /** Tells the instance report that a stream is open; the returned function that it is closed. */
  openStream(): () => void;
}) {
  const streams = new Set<Stream>();
  const byVisitor = new Map<string, Set<Stream>>();
  let isClosed = false;

  function write(stream: Stream, text: string): void {
    if (stream.response.writableLength > mostBufferedBytes) stream.response.destroy();
    else stream.response.write(text);
  }

  function send(stream: Stream, name: ServerEvent['name'], status: VisitorStatus): void {
    write(stream, formatEvent({ name, id: seq(), data: status }));
    stream.nextStatusAtMs = clock.monotonicMs() + status.refreshAfterSeconds * 1000;
    stream.nextHeartbeatAtMs = clock.monotonicMs() + heartbeatMs;
  }

  /** Finds out where the visitor stands and says so, under the name that fits. */
  async function update(stream: Stream): Promise<void> {
    if (seq() < stream.from.seq && clock.monotonicMs() < stream.from.atMs) {
      stream.nextStatusAtMs = clock.monotonicMs();
      return;
    }
    stream.isStale = stream.isTelling;
    if (stream.isTelling) return;
    stream.isTelling = true;
    try {
      const place = await look(stream.visitor);
      if (!streams.has(stream)) return;
      stream.visitor = { ...stream.visitor, ticket: ticketFor(place) ?? stream.visitor.ticket };
      const status = tell(place);
      const isNews = status.status !== stream.lastStatus;
      stream.lastStatus = status.status;
      if (isNews && place.kind === 'booked') send(stream, 'admitted', status);
      else if (isNews && (place.kind === 'ended' || place.kind === 'confirmed')) send(stream, 'outcome', status);
      else send(stream, 'status', status);
    } catch (error) {
      // Redis is away: the last word stands, the next turn tries again.
      logger.debug({ err: error }, 'no status for a stream');
      stream.nextStatusAtMs = clock.monotonicMs() + 2000 + 2000 * random();
    } finally {
      stream.isTelling = false;
      if (stream.isStale && streams.has(stream)) void update(stream);
    }
  }

  /** What a change itself says about its visitors needs no look-up. */
  function tellTurn(change: Change): void {
    for (const { id, number } of change.visitors) {
      for (const stream of byVisitor.get(id) ?? []) {
        if (change.type === 'admitted') {
          const status = tell({ kind: 'booked', number, leaseEndsAtMs: change.atMs + claimMs(), seq: change.seq });
          stream.lastStatus = status.status;
          send(stream, 'admitted', status);
        } else {
          void update(stream);
        }
      }
    }
  }

  function tellEveryoneSoon(): void {
    for (const stream of streams) {
      stream.nextStatusAtMs = Math.min(stream.nextStatusAtMs, clock.monotonicMs() + spreadMs * random());
    }
  }

  return {
    count: () => streams.size,

    canOpen(visitorId: string): boolean {
      return !isClosed && streams.size < mostStreams && (byVisitor.get(visitorId)?.size ?? 0) < mostStreamsPerVisitor;
    },

    /**
     * Takes over a response whose status and headers are out. `lastSeq`: the id of the last event that the browser heard, 0
     * for none. The first event tells where the visitor stands, so whatever was missed is in it.
     */
    open(visitor: Visitor, response: ServerResponse, lastSeq = 0): void {
      const closeReport = openStream();
      const own = byVisitor.get(visitor.visitorId) ?? new Set();
      const stream: Stream = {
        visitor,
        response,
        lastStatus: '',
        nextStatusAtMs: Number.POSITIVE_INFINITY,
        nextHeartbeatAtMs: clock.monotonicMs() + heartbeatMs,
        from: { seq: lastSeq, atMs: clock.monotonicMs() + mostBehindMs },
        isTelling: false,
        isStale: false,
        close() {
          if (!streams.delete(stream)) return;
          own.delete(stream);
          if (own.size === 0) byVisitor.delete(visitor.visitorId);
          closeReport();
        },
      };
      streams.add(stream);
      own.add(stream);
      byVisitor.set(visitor.visitorId, own);
      response.on('close', stream.close);
      response.on('error', stream.close);
      write(stream, formatRetry(reconnectMs.least + (reconnectMs.most - reconnectMs.least) * random()));
      void update(stream);
    },

    /** Passes on what a change means for those who listen. Apply the change to the copy of the line first. */
    notice(change: Change): void {
      if (change.type === 'admitted' || change.type === 'aside' || turnEnds.has(change.type)) tellTurn(change);
    },

    /** Settings, message or gate are new, or changes were missed: everyone gets a fresh status within a second. */
    tellEveryoneSoon,

    /** Sends what is due; call it several times a second. */
    tick(): void {
      const nowMs = clock.monotonicMs();
      for (const stream of streams) {
        if (stream.nextStatusAtMs <= nowMs) {
          stream.nextStatusAtMs = Number.POSITIVE_INFINITY;
          void update(stream);
        } else if (stream.nextHeartbeatAtMs <= nowMs) {
          write(stream, heartbeat);
          stream.nextHeartbeatAtMs = nowMs + heartbeatMs;
        }
      }
    },

    /** Ends all streams; browsers come back later, spread over some seconds. */
    close(): void {
      isClosed = true;
      for (const { response } of [...streams]) {
        response.end(formatRetry(reconnectMs.least + (reconnectMs.mostAfterClose - reconnectMs.least) * random()));
      }
    },
  };
}
