import { createBoundedCache } from '../bounded-cache.ts';
import type { Elsewhere } from './ejection.ts';

/** Twice as many keys at most are remembered; attackers may invent paths. */
const keysPerGeneration = 2000;
/** An instance beyond these is not remembered for a key: two are enough to tell. */
const maxInstances = 8;

type Outcome = { isFailure: boolean; atMs: number };

/**
 * Remembers for a while how the things that failed somewhere went on each instance: a path, or a visitor at a path. In
 * a healthy time it holds nothing and costs one comparison a request.
 */
export function createFailureEvidence({ windowMs }: { windowMs: number }) {
  let outcomes = createBoundedCache<string, Map<string, Outcome>>(keysPerGeneration);
  let activeUntilMs = Number.NEGATIVE_INFINITY;

  function note(key: string, instanceId: string, isFailure: boolean, nowMs: number): Map<string, Outcome> | undefined {
    let byInstance = outcomes.get(key);
    if (!byInstance) {
      if (!isFailure) return undefined;
      byInstance = new Map();
      outcomes.set(key, byInstance);
    }
    if (byInstance.size < maxInstances || byInstance.has(instanceId))
      byInstance.set(instanceId, { isFailure, atMs: nowMs });
    return byInstance;
  }

  return {
    noteFailure(key: string, instanceId: string, nowMs: number): void {
      if (nowMs > activeUntilMs) outcomes = createBoundedCache(keysPerGeneration);
      activeUntilMs = nowMs + windowMs;
      note(key, instanceId, true, nowMs);
    },

    /** True when the key has failed on another instance lately: whoever judged that one may judge again. */
    noteSuccess(key: string, instanceId: string, nowMs: number): boolean {
      if (nowMs > activeUntilMs) return false;
      const byInstance = note(key, instanceId, false, nowMs);
      if (!byInstance) return false;
      for (const [id, { isFailure }] of byInstance) if (isFailure && id !== instanceId) return true;
      return false;
    },

    /** Whether anything failed within the window. */
    isActive: (nowMs: number) => nowMs <= activeUntilMs,

    /** How it went lately on other instances than this one. */
    readElsewhere(key: string, instanceId: string, nowMs: number): Elsewhere {
      let found: Elsewhere = 'unknown';
      for (const [id, { isFailure, atMs }] of outcomes.get(key) ?? []) {
        if (id === instanceId || nowMs - atMs > windowMs) continue;
        if (!isFailure) return 'fine';
        found = 'failed';
      }
      return found;
    },
  };
}

export type FailureEvidence = ReturnType<typeof createFailureEvidence>;
