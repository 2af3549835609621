import type { BookedCopy } from '../admission/booked-copy.ts';
import type { TierCopy } from '../admission/tier-copy.ts';
import type { Visitors } from '../admission/visitors.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from '../balancing/upstream-set.ts';
import type { GatewayMetrics } from '../gateway-metrics.ts';
import type { Guards } from '../limits/guards.ts';
import { Asking } from './asking.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { Streams } from './streams.ts';
import type { UpstreamErrorCode } from './upstream-error.ts';

export type AskRoomParts = {
  upstreams: () => UpstreamSet;
  guards: Guards;
  connections: Connections;
  streams: Streams;
  visitors: Visitors;
  tiers: Pick<TierCopy, 'get'>;
  bookedCopy: BookedCopy;
  metrics: GatewayMetrics;
  gatewayId: string;
  /** A booked visitor sent something through a tunnel to booking. */
  onTunnelUse(exchange: Exchange): void;
  /** An instance failed; at most once an attempt. */
  onFailure(upstream: Upstream, error: Error, exchange: Exchange): void;
};

export type Question = {
  room: UpstreamRoom;
  /** What the identity says of the visitor. */
  isBooked: boolean;
  /** Tells the waiting-room that nobody can serve this booked visitor. */
  hasNoCapacity?: boolean;
  /** The waiting-room has just said that the visitor holds a place: a refusal is then told as one to try again. */
  isHandOver?: boolean;
};

export type RoomAnswer =
  /** The answer went to the client, whole or as far as it came; or the client is gone. */
  | { kind: 'answered' }
  /** No instance can be asked. */
  | { kind: 'nobody' }
  /** Instances were asked and failed, or none had room; nothing went to the client. */
  | { kind: 'failed'; code: UpstreamErrorCode | 'STREAMS_FULL' | 'OVERLOADED' }
  /** The waiting-room says of a page view that this visitor holds a place. Nothing went to the client. */
  | { kind: 'isBooked' }
  /** Booking says of a page view that this visitor holds no place. Nothing went to the client. */
  | { kind: 'isNotBooked' }
  /** A fault of this program. */
  | { kind: 'broken'; error: unknown };

/** Told once what became of a question. Must not throw. */
export type OnRoomAnswer = (answer: RoomAnswer, exchange: Exchange) => void;

/**
 * Asks one room: waits for a turn at an instance, sends the request, tries others where that is safe and the budget allows
 * it, and streams the answer to the client. Calls back rather than promises: nearly all that it does takes no time.
 */
export function createAskRoom(parts: AskRoomParts) {
  return {
    askRoom(exchange: Exchange, question: Question, onAnswer: OnRoomAnswer): void {
      new Asking(parts, exchange, question, onAnswer).begin();
    },
  };
}

export type AskRoom = ReturnType<typeof createAskRoom>['askRoom'];
