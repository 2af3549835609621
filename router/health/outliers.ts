import type { Upstream, UpstreamSet } from '../balancing/upstream-set.ts';
import {
  canEjectAnother,
  countEarlierEjections,
  countOwnFailures,
  decideEjectionMs,
  type EjectionRule,
  type Failure,
} from './ejection.ts';
import { createFailureEvidence } from './failure-evidence.ts';

export type Asked = {
  /** Who asked: the visitor's id, or the address of one who is not known. */
  visitor: string;
  path: string;
};

export type OutliersParts = {
  rule: EjectionRule;
  upstreams: () => UpstreamSet;
  /** Monotonic. */
  nowMs: () => number;
  onEjected(upstream: Upstream, facts: { forMs: number; times: number }): void;
};

/** A row is remembered to this multiple of its length, as some of its failures may turn out to be somebody else's. */
const rowsKept = 4;
/** Instances come and go; beyond this many the map of failing ones starts anew. */
const maxFailing = 1000;

/**
 * Ejects instances that fail one request after the other while others serve the same ones. It judges by what this
 * gateway itself met; other gateways judge by themselves.
 */
export function createOutliers({ rule, upstreams, nowMs, onEjected }: OutliersParts) {
  const evidence = createFailureEvidence({ windowMs: rule.baseMs });
  /** Instances with failures that no good answer followed, by id. */
  const failing = new Map<string, Upstream>();
  const visitorKey = (visitor: string, path: string) => `${visitor} ${path}`;

  function judge(upstream: Upstream, now: number): void {
    const { id, room, own } = upstream;
    if (now < own.ejectedUntilMs) return;
    const count = countOwnFailures(own.failures, {
      ofPath: (path) => evidence.readElsewhere(path, id, now),
      ofVisitor: (visitor, path) => evidence.readElsewhere(visitorKey(visitor, path), id, now),
    });
    if (count < rule.afterFailures) return;
    const peers = upstreams()[room];
    const ejected = peers.filter((peer) => now < peer.own.ejectedUntilMs).length;
    if (!canEjectAnother(ejected, peers.length, rule)) return;
    const times = countEarlierEjections(own.timesEjected, now - own.ejectedUntilMs, rule) + 1;
    const forMs = decideEjectionMs(times, rule);
    own.timesEjected = times;
    own.ejectedUntilMs = now + forMs;
    own.failures = [];
    // It comes back like a new one: slowly, and with one request at first.
    own.readySinceMs = own.ejectedUntilMs;
    own.isOnProbation = true;
    failing.delete(id);
    onEjected(upstream, { forMs, times });
  }

  function addFailure(upstream: Upstream, failure: Failure, now: number): void {
    const { id, own } = upstream;
    own.failures.push(failure);
    if (own.failures.length > rule.afterFailures * rowsKept) own.failures.shift();
    if (failing.size >= maxFailing) failing.clear();
    failing.set(id, upstream);
    judge(upstream, now);
  }

  return {
    /** A whole answer that was not a failure: the row is broken. */
    noteSuccess({ id, own }: Upstream, { visitor, path }: Asked): void {
      if (own.failures.length > 0) {
        own.failures = [];
        failing.delete(id);
      }
      const now = nowMs();
      if (!evidence.isActive(now)) return;
      const isNewsOfPath = evidence.noteSuccess(path, id, now);
      const isNewsOfVisitor = evidence.noteSuccess(visitorKey(visitor, path), id, now);
      if (isNewsOfPath || isNewsOfVisitor) for (const upstream of [...failing.values()]) judge(upstream, now);
    },

    /** A 5xx, or a connection that broke or stayed silent after the request was sent. */
    noteFailure(upstream: Upstream, { visitor, path }: Asked): void {
      const now = nowMs();
      evidence.noteFailure(path, upstream.id, now);
      evidence.noteFailure(visitorKey(visitor, path), upstream.id, now);
      addFailure(upstream, { visitor, path }, now);
    },

    /** No connection could be had: whoever asked for whatever. */
    noteUnreachable(upstream: Upstream): void {
      addFailure(upstream, { visitor: undefined, path: undefined }, nowMs());
    },
  };
}

export type Outliers = ReturnType<typeof createOutliers>;
