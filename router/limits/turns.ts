import type { Clock } from '@fairline/shared/clock.ts';
import type { Balancer } from '../balancing/balancer.ts';
import type { Upstream, UpstreamRoom, UpstreamSet } from '../balancing/upstream-set.ts';
import { pickPoolMembers } from '../rules/pool-members.ts';
import type { RuleBook, Treatment } from '../rules/rule-book.ts';
import { hasRoom } from './instance-limit.ts';
import { createWaitingList } from './waiting-list.ts';

export type TurnRule = {
  /** Requests that may wait in this gateway, for each instance of the room. */
  maxWaitingPerInstance: number;
  maxWaitMs: number;
  /** Part of every instance's limit kept for high priority, while a rule gives it, 0..1. */
  reservedRatio: number;
};

export const defaultTurnRule: TurnRule = Object.freeze({
  maxWaitingPerInstance: 32,
  maxWaitMs: 1000,
  reservedRatio: 0.1,
});

/** What a request needs of an instance. */
export type Wish = {
  room: UpstreamRoom;
  treatment: Treatment;
  /** Ids of instances that failed this request. */
  tried: readonly string[];
  /** Leaves out instances that lack something else it needs. */
  isFit?: ((upstream: Upstream) => boolean) | undefined;
};

/** A request may be sent to `upstream`; `leave` when it is answered or has become a stream. Leaving twice does nothing. */
export type Turn = { readonly kind: 'turn'; readonly upstream: Upstream; leave(): void };
export type NoTurn =
  /** No instance that was not tried. */
  | { kind: 'nobody' }
  /** All have as much in hand as they can take, and too many wait already or it took too long. */
  | { kind: 'overloaded' }
  /** The client did not wait. */
  | { kind: 'gone' };

export type TurnsParts = {
  balancer: Balancer;
  upstreams: () => UpstreamSet;
  ruleBook: () => RuleBook;
  rule: TurnRule;
  clock: Clock;
  onWaited(room: UpstreamRoom, waitedMs: number): void;
};

/** Room may appear without anybody leaving: a new instance, a report of others, an ejection that ends. */
const lookAgainMs = 50;
/** An instance that says it is full is left alone for so long, or until one of its requests is done. */
const fullPauseMs = 100;

type Entry = {
  wish: Wish;
  priority: Treatment['priority'];
  kind: string;
  sinceMs: number;
  settle(turn: Turn | NoTurn): void;
};

/**
 * Gives each request its turn at an instance that has room for it, the best by the balancing first. When none has, the
 * request waits here, shortly; one that is done makes room for the next at once.
 */
export function createTurns(parts: TurnsParts) {
  const { balancer, upstreams, ruleBook, rule, clock, onWaited } = parts;
  const lists = {
    booking: createWaitingList<Entry>(),
    'waiting-room': createWaitingList<Entry>(),
    admin: createWaitingList<Entry>(),
  };
  const isLooking: Record<UpstreamRoom, boolean> = { booking: false, 'waiting-room': false, admin: false };

  function findWanted({
    room,
    treatment: { pool },
    tried,
    isFit,
  }: Wish): ((upstream: Upstream) => boolean) | undefined {
    if (!pool && tried.length === 0) return isFit;
    const members = pool && pickPoolMembers(upstreams()[room], pool, clock.monotonicMs());
    return (upstream) =>
      !tried.includes(upstream.id) && (!members || members.includes(upstream)) && (!isFit || isFit(upstream));
  }

  /** At once or not at all. */
  function takeNow(wish: Wish): Turn | undefined {
    const share = {
      priority: wish.treatment.priority,
      reservedRatio: ruleBook().hasHighPriority ? rule.reservedRatio : 0,
    };
    const now = clock.monotonicMs();
    for (const { upstream } of balancer.rank(wish.room, findWanted(wish))) {
      if (!hasRoom(upstream, share, now)) continue;
      upstream.own.inFlight += 1;
      return new HeldTurn(upstream, onLeft);
    }
    return undefined;
  }

  function onLeft({ own, room }: Upstream): void {
    own.inFlight -= 1;
    own.fullUntilMs = Number.NEGATIVE_INFINITY;
    if (lists[room].size() > 0) serve(room);
  }

  function hasAnybody(wish: Wish): boolean {
    const isWanted = findWanted(wish);
    return isWanted ? upstreams()[wish.room].some(isWanted) : upstreams()[wish.room].length > 0;
  }

  function serve(room: UpstreamRoom): void {
    lists[room].serve((entry) => {
      const turn = takeNow(entry.wish);
      if (turn) {
        onWaited(room, clock.monotonicMs() - entry.sinceMs);
        entry.settle(turn);
      }
      return turn !== undefined;
    });
  }

  async function lookAgain(room: UpstreamRoom): Promise<void> {
    if (isLooking[room]) return;
    isLooking[room] = true;
    while (lists[room].size() > 0) {
      await clock.sleep(lookAgainMs);
      serve(room);
      const now = clock.monotonicMs();
      for (const entry of lists[room].takeOlder(now - rule.maxWaitMs)) {
        onWaited(room, now - entry.sinceMs);
        entry.settle({ kind: hasAnybody(entry.wish) ? 'overloaded' : 'nobody' });
      }
    }
    isLooking[room] = false;
  }

  function wait(wish: Wish, signal: AbortSignal): Promise<Turn | NoTurn> {
    const { room, treatment, tried } = wish;
    return new Promise((resolve) => {
      const onGone = () => {
        if (lists[room].remove(entry)) entry.settle({ kind: 'gone' });
      };
      const entry: Entry = {
        wish,
        priority: treatment.priority,
        kind: `${treatment.pool?.size ?? ''} ${treatment.pool?.seed ?? ''} ${wish.isFit ? 'fit' : ''} ${tried.join(' ')}`,
        sinceMs: clock.monotonicMs(),
        settle: (turn) => {
          signal.removeEventListener('abort', onGone);
          resolve(turn);
        },
      };
      if (signal.aborted) return resolve({ kind: 'gone' });
      signal.addEventListener('abort', onGone, { once: true });
      const { refused } = lists[room].add(entry, rule.maxWaitingPerInstance * upstreams()[room].length);
      refused?.settle({ kind: 'overloaded' });
      // Those who wait already go first, but not those who wait for something else.
      serve(room);
      void lookAgain(room);
    });
  }

  return {
    /** A turn at once, also past those who wait; undefined when there is none. For retries, which have waited before. */
    takeNow,

    /** A turn, at once or after a short wait. `openSignal` is asked for only when the request has to wait. */
    take(wish: Wish, openSignal: () => AbortSignal): Turn | NoTurn | Promise<Turn | NoTurn> {
      if (!hasAnybody(wish)) return { kind: 'nobody' };
      const turn = lists[wish.room].size() === 0 ? takeNow(wish) : undefined;
      return turn ?? wait(wish, openSignal());
    },

    /** It answered this turn by saying that it is full. */
    noteFull(turn: Turn): void {
      turn.leave();
      turn.upstream.own.fullUntilMs = clock.monotonicMs() + fullPauseMs;
    },

    countWaiting: (room: UpstreamRoom) => lists[room].size(),
  };
}

export type Turns = ReturnType<typeof createTurns>;

class HeldTurn implements Turn {
  readonly kind = 'turn';
  readonly upstream: Upstream;
  readonly #onLeft: (upstream: Upstream) => void;
  #isLeft = false;

  constructor(upstream: Upstream, onLeft: (upstream: Upstream) => void) {
    this.upstream = upstream;
    this.#onLeft = onLeft;
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#onLeft(this.upstream);
  }
}
