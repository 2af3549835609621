import type { VisitorStatus, VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import { decidePollMs, decideRetryMs } from '../../services/waiting-room/pages/assets/pace.js';
import type { Persona } from './persona.ts';
import type { Sight } from './read-sight.ts';

/** What is asked for: GET / · GET /ticketing to join, again, to enter · GET /queue/status · POST confirm · POST cancel. */
export const steps = ['landing', 'join', 'reload', 'claim', 'status', 'confirm', 'cancel'] as const;
export type Step = (typeof steps)[number];

export type Outcome =
  | 'confirmed'
  /** Out of patience, without a word. */
  | 'gaveUp'
  | 'neverClaimed'
  | 'neverConfirmed'
  | 'gaveBack'
  /** Not let into the line: closed, full, sold out, blocked, or for want of cookies. */
  | 'turnedAway'
  /** The site ended the turn. */
  | 'turnEnded'
  /** Tried again and again without an answer. */
  | 'failed';

export type Move = { kind: 'ask'; step: Step; atMs: number } | { kind: 'end'; outcome: Outcome; atMs: number };

/** Where a client stands, as it knows itself. */
export type Journey = {
  phase: 'outside' | 'inLine' | 'booked';
  step: Step;
  givesUpAtMs: number;
  reloadsAtMs: number;
  /** In a row. */
  failures: number;
  /** The page just seen was the way in: the place is claimed. */
  hasPage: boolean;
};

export type Turn = { journey: Journey; move: Move };

const cookielessEveryMs = 2000;
const mostFailures = 8;
const inLineWords: readonly VisitorStatusWord[] = ['waiting', 'paused', 'closed', 'soldOut'];

export function isInLine({ status, number }: VisitorStatus): boolean {
  return number !== null && inLineWords.includes(status);
}

export function beginJourney(persona: Persona, atMs: number): Turn {
  const step = persona.comesDirectly ? 'join' : 'landing';
  const journey: Journey = {
    ...{ phase: 'outside', step, failures: 0, hasPage: false },
    givesUpAtMs: atMs + persona.patienceMs,
    reloadsAtMs: atMs + persona.reloadEveryMs,
  };
  return { journey, move: { kind: 'ask', step, atMs } };
}

/**
 * What a client does next after what it saw. Pure: `random` (0..1) spreads what is tried again, `hammerEveryMs` is how
 * often those ask who do not do as they are told. Redirects are followed before.
 */
export function decideMove(
  { journey, persona, sight }: { journey: Journey; persona: Persona; sight: Exclude<Sight, { kind: 'redirect' }> },
  { nowMs, random, hammerEveryMs }: { nowMs: number; random: number; hammerEveryMs: number },
): Turn {
  const { step } = journey;
  const end = (outcome: Outcome): Turn => ({ journey, move: { kind: 'end', outcome, atMs: nowMs } });
  const ask = (next: Step, atMs: number, changes: Partial<Journey> = {}): Turn =>
    patiently({ ...journey, failures: 0, hasPage: false, ...changes, step: next }, atMs, nowMs);

  if (persona.kind === 'cookieless') return ask('join', nowMs + cookielessEveryMs);
  switch (sight.kind) {
    case 'failed':
    case 'refused': {
      if (sight.kind === 'refused' && sight.status !== 429) {
        if (step === 'cancel') return end('gaveBack');
        if (step === 'confirm') return end(sight.code === 'SOLD_OUT' ? 'turnedAway' : 'turnEnded');
        return end('turnedAway');
      }
      const failures = journey.failures + 1;
      if (failures >= mostFailures) return end('failed');
      return ask(step, nowMs + (sight.retryMs ?? decideRetryMs({ failures, random })), { failures });
    }
    case 'done':
      return end(step === 'cancel' ? 'gaveBack' : 'confirmed');
    case 'page':
      if (step === 'landing') return ask('join', nowMs + persona.clickMs);
      if (step === 'claim') return enter(true);
      // Whose page it is, only the status says.
      return ask('status', nowMs, { hasPage: true });
    case 'told':
      return heed(sight.told);
  }

  function heed(told: VisitorStatus): Turn {
    if (told.status === 'booked') return enter(journey.hasPage);
    if (isInLine(told)) return wait(told);
    switch (told.status) {
      case 'none':
        return ask('join', nowMs + (step === 'status' && journey.phase === 'outside' ? pollMs(told) : 0));
      case 'confirmed':
        return end('confirmed');
      case 'left':
      case 'expired':
      case 'revoked':
        return end('turnEnded');
      default:
        return end('turnedAway');
    }
  }

  function wait(told: VisitorStatus): Turn {
    const pollAtMs = nowMs + pollMs(told);
    const isReloading = journey.reloadsAtMs <= pollAtMs;
    const reloadsAtMs = isReloading
      ? Math.max(nowMs, journey.reloadsAtMs) + persona.reloadEveryMs
      : journey.reloadsAtMs;
    const atMs = isReloading ? Math.max(nowMs, journey.reloadsAtMs) : pollAtMs;
    return ask(isReloading ? 'reload' : 'status', atMs, { phase: 'inLine', reloadsAtMs });
  }

  function pollMs({ refreshAfterSeconds }: VisitorStatus): number {
    return persona.kind === 'hammer' ? hammerEveryMs : decidePollMs({ refreshAfterSeconds, isHidden: false });
  }

  /** Let in. `isClaimed`: the booking page was seen. */
  function enter(isClaimed: boolean): Turn {
    const isSilent = persona.turn === 'neverClaims' || (isClaimed && persona.turn === 'neverConfirms');
    if (isSilent) {
      const outcome = isClaimed ? 'neverConfirmed' : 'neverClaimed';
      return { journey: { ...journey, phase: 'booked' }, move: { kind: 'end', outcome, atMs: nowMs } };
    }
    if (!isClaimed) return ask('claim', nowMs, { phase: 'booked' });
    return ask(persona.turn === 'givesBack' ? 'cancel' : 'confirm', nowMs + persona.thinkMs, { phase: 'booked' });
  }
}

/** Whoever is not let in by then is gone at the end of their patience, not at the next look. */
function patiently(journey: Journey, atMs: number, nowMs: number): Turn {
  if (journey.phase !== 'booked' && atMs > journey.givesUpAtMs) {
    const goneAtMs = Math.max(nowMs, journey.givesUpAtMs);
    return { journey, move: { kind: 'end', outcome: 'gaveUp', atMs: goneAtMs } };
  }
  return { journey, move: { kind: 'ask', step: journey.step, atMs } };
}
