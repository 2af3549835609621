import type { BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { JourneyStore, TurnRow } from '@fairline/shared/stores/journeys/store.ts';
import type { AheadStore } from '@fairline/shared/stores/line/ahead.ts';
import { readLineNumber } from '@fairline/shared/stores/line/numbers.ts';
import type { LineStore, Standing } from '@fairline/shared/stores/line/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { TierStore } from '@fairline/shared/stores/visitors/tiers.ts';
import type { BlockDesk } from '../blocks/block-desk.ts';
import type { VisitorActionBody, VisitorAnswer, VisitorStanding } from '../contract/visitor.ts';
import type { Audit } from '../operators/audit.ts';
import type { RecentChanges } from '../turns/recent-changes.ts';
import type { TurnTracker } from '../turns/turn-tracker.ts';
import { decideActions } from './visitor-actions.ts';

const changesShown = 50;
const visitorIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `refused`: nothing was done, and why not. */
export type VisitorOutcome =
  | { kind: 'done' }
  | { kind: 'unchanged' }
  | { kind: 'refused'; reason: 'full' | 'soldOut' | 'closed' | 'notWaiting' | 'blocked' };

export type VisitorDesk = {
  /** undefined for what is no visitor id. `canChange`: whether the asker may do anything. */
  look(id: string, canChange: boolean): Promise<VisitorAnswer | undefined>;
  /** Does it and writes it down. */
  act(input: { who: string; id: string; body: VisitorActionBody }): Promise<VisitorOutcome>;
};

export type VisitorDeskParts = {
  line: Pick<LineStore, 'readStanding' | 'readProgress' | 'cancel' | 'revoke'>;
  ahead: Pick<AheadStore, 'admit'>;
  visitors: Pick<VisitorStore, 'read'>;
  tiers: Pick<TierStore, 'readTier' | 'setTier'>;
  blocks: Pick<BlockStore, 'find'>;
  blockDesk: BlockDesk;
  journeys: Pick<JourneyStore, 'find'>;
  turns: Pick<TurnTracker, 'findJoinedAtMs'>;
  recent: RecentChanges;
  noteChange: Audit;
};

/** Everything about one visitor, and what operators do to one. */
export function createVisitorDesk(parts: VisitorDeskParts): VisitorDesk {
  const { line, ahead, visitors, tiers, blocks, blockDesk, journeys, turns, recent, noteChange } = parts;

  async function findJourney(id: string, standing: Standing): Promise<VisitorAnswer['journey']> {
    const number = 'number' in standing ? standing.number : null;
    if (number === null && standing.kind !== 'confirmed') return null;
    const row = await journeys.find(number === null ? { confirmedBy: id } : { number });
    if (row?.visitorId === id) return journeyOf(row);
    if (number === null) return null;
    const joinedAtMs = turns.findJoinedAtMs(number);
    return {
      ...{ number, joinedAtMs, admittedAtMs: null, claimedAtMs: null, endedAtMs: null, admissions: 0, outcome: null },
    };
  }

  async function look(id: string, canChange: boolean): Promise<VisitorAnswer | undefined> {
    if (!visitorIdForm.test(id)) return undefined;
    const [standing, record, tier, block, progress] = await Promise.all([
      line.readStanding(id),
      visitors.read(id),
      tiers.readTier(id),
      blocks.find({ kind: 'visitor', value: id }),
      line.readProgress(),
    ]);
    const journey = await findJourney(id, standing);
    const changes = recent.find(id, standing.nowMs, changesShown).map(({ id: _id, ...change }) => change);
    const known = record && {
      firstSeenMs: record.firstSeenMs,
      lastSeenMs: record.lastSeenMs,
      requests: record.requests,
      lastPath: record.lastPath,
      addressTag: record.addressTag,
      userAgentTag: record.userAgentTag,
    };
    return {
      id,
      standing: describeStanding(standing, progress),
      tier,
      block: block ? blockDesk.describe(block) : null,
      record: known,
      journey,
      changes,
      actions: canChange ? decideActions({ standing: standing.kind, isBlocked: block !== undefined }) : [],
    };
  }

  /** What was, what is, and why, as the audit shows it. */
  async function noteStanding(who: string, what: string, id: string, before: Standing, reason = ''): Promise<void> {
    const after = await line.readStanding(id);
    await noteChange({
      ...{ who, what, subject: id },
      before: { standing: wordsOf(before) },
      after: withReason({ standing: wordsOf(after) }, reason),
    });
  }

  async function act({ who, id, body }: Parameters<VisitorDesk['act']>[0]): Promise<VisitorOutcome> {
    const before = await line.readStanding(id);
    switch (body.action) {
      case 'admit': {
        if (await blocks.find({ kind: 'visitor', value: id })) return { kind: 'refused', reason: 'blocked' };
        const outcome = await ahead.admit(id);
        if (outcome.kind === 'booked') return { kind: 'unchanged' };
        if (outcome.kind !== 'admitted') return { kind: 'refused', reason: outcome.kind };
        await noteStanding(who, 'admit', id, before, body.reason);
        return { kind: 'done' };
      }
      case 'release': {
        const outcome = await line.cancel(id);
        if (outcome.kind !== 'cancelled' || !outcome.isNew) return { kind: 'unchanged' };
        await noteStanding(who, 'release', id, before, body.reason);
        return { kind: 'done' };
      }
      case 'revoke': {
        if ((await line.revoke(id)).kind === 'none') return { kind: 'unchanged' };
        await noteStanding(who, 'revoke', id, before, body.reason);
        return { kind: 'done' };
      }
      case 'setTier': {
        const was = await tiers.readTier(id);
        if (!(await tiers.setTier(id, body.tier))) return { kind: 'unchanged' };
        const after = withReason({ tier: body.tier }, body.reason);
        await noteChange({ who, what: 'tier', subject: id, before: { tier: was }, after });
        return { kind: 'done' };
      }
      case 'block': {
        const outcome = await blockDesk.block({ who, kind: 'visitor', value: id, ...body });
        return { kind: outcome.kind === 'blocked' ? 'done' : 'unchanged' };
      }
      case 'unblock': {
        const outcome = await blockDesk.unblock({ who, kind: 'visitor', value: id });
        return { kind: outcome.kind === 'unblocked' ? 'done' : 'unchanged' };
      }
    }
  }

  return { look, act };
}

function journeyOf({ visitorId: _visitorId, ...row }: TurnRow): NonNullable<VisitorAnswer['journey']> {
  return row;
}

function describeStanding(
  { nowMs: _nowMs, seq: _seq, ...standing }: Standing,
  { head, counters }: { head: number; counters: Readonly<Record<string, number>> },
): VisitorStanding {
  if (standing.kind === 'confirmed') return { kind: 'confirmed', order: parseOrder(standing.order) };
  if (standing.kind !== 'waiting') return standing;
  const { line, own } = readLineNumber(standing.number);
  const position = own - (line === 'vip' ? (counters.vipHead ?? 0) : head);
  return { ...standing, position: Math.max(1, position) };
}

function parseOrder(text: string): Readonly<Record<string, unknown>> {
  try {
    const order: unknown = JSON.parse(text);
    return typeof order === 'object' && order !== null ? { ...order } : { order };
  } catch {
    return { order: text };
  }
}

function withReason(after: Record<string, string>, reason = ''): Record<string, string> {
  return reason === '' ? after : { ...after, reason };
}

function wordsOf(standing: Standing): string {
  if (standing.kind === 'ended') return `${standing.outcome} ${standing.number}`;
  return 'number' in standing ? `${standing.kind} ${standing.number}` : standing.kind;
}
