import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import { createAheadStore } from '@fairline/shared/stores/line/ahead.ts';
import { createLineStore, type JoinOutcome, type Standing } from '@fairline/shared/stores/line/store.ts';
import type { Redis } from 'ioredis';
import type { Recorder } from '../history/recorder.ts';

/** What a visitor is told, as the history writes it. */
export type Told = { code: number; status?: string; number?: number; order?: string };

/** The line as one client uses it, with everything asked and told written down. */
export function createClient({ redis, keys, recorder }: { redis: Redis; keys: EventKeys; recorder: Recorder }) {
  const line = createLineStore({ redis, keys });
  const ahead = createAheadStore({ redis, keys });
  return {
    line,
    join: (
      visitor: string,
      { again = true, isVip = false, ticket }: { again?: boolean; isVip?: boolean; ticket?: number } = {},
    ) =>
      recorder.call({ visitor, what: 'join', ...(ticket === undefined ? {} : { ticket }) }, async () => {
        const [outcome] = await line.join([{ visitorId: visitor, again, isVip }]);
        if (!outcome) throw new Error('no answer');
        return tellJoin(outcome);
      }),
    status: (visitor: string) =>
      recorder.call({ visitor, what: 'status' }, async () => tellStanding(await line.readStanding(visitor))),
    /** A sign of life. */
    show: (visitor: string) =>
      recorder.call({ visitor, what: 'page' }, async () => {
        await line.noteSigns([visitor]);
        return { code: 200 };
      }),
    claim: (visitor: string) =>
      recorder.call({ visitor, what: 'page' }, async (): Promise<Told> => {
        const [outcome] = await line.renew([visitor]);
        return outcome === 'ended' ? { code: 403, status: 'notBooked' } : { code: 200 };
      }),
    confirm: (visitor: string, order: string) =>
      recorder.call({ visitor, what: 'confirm' }, async (): Promise<Told> => {
        const outcome = await line.confirm(visitor, order);
        if (outcome.kind !== 'confirmed') return { code: 409, status: outcome.kind };
        return { code: 200, status: 'confirmed', order: outcome.order };
      }),
    cancel: (visitor: string) =>
      recorder.call({ visitor, what: 'cancel' }, async (): Promise<Told> => {
        const { kind } = await line.cancel(visitor);
        return kind === 'cancelled' ? { code: 200, status: 'left' } : { code: 409, status: kind };
      }),
    leave: (visitor: string) =>
      recorder.call({ visitor, what: 'leave' }, async (): Promise<Told> => {
        const { kind } = await line.leave(visitor);
        return { code: 200, status: kind === 'none' ? 'none' : 'left' };
      }),
    moveToVip: (visitor: string) =>
      recorder.call({ visitor, what: 'page' }, async (): Promise<Told> => {
        const outcome = await line.moveToVip(visitor);
        return outcome.kind === 'moved' ? { code: 200, status: 'waiting', number: outcome.number } : { code: 200 };
      }),
    restore: (visitor: string, ticket: number, epoch: number) =>
      recorder.call({ visitor, what: 'page' }, async (): Promise<Told> => {
        const outcome = await line.restore({ visitorId: visitor, number: ticket, epoch });
        return outcome.kind === 'restored' ? { code: 200, status: 'waiting', number: outcome.number } : { code: 200 };
      }),
    revoke: (visitor: string) =>
      recorder.call({ visitor, what: 'operator' }, async (): Promise<Told> => {
        const { kind } = await line.revoke(visitor);
        return { code: 200, status: kind };
      }),
    admitAhead: (visitor: string) =>
      recorder.call({ visitor, what: 'operator' }, async (): Promise<Told> => {
        const outcome = await ahead.admit(visitor);
        return { code: 200, ...(outcome.kind === 'admitted' ? { status: 'booked' } : {}) };
      }),
  };
}

export type Client = ReturnType<typeof createClient>;

function tellJoin(outcome: JoinOutcome): Told {
  switch (outcome.kind) {
    case 'joined':
    case 'waiting':
    case 'aside':
      return { code: 200, status: 'waiting', number: outcome.number };
    case 'booked':
      return { code: 200, status: 'booked', number: outcome.number };
    case 'confirmed':
      return { code: 200, status: 'confirmed' };
    case 'ended':
      return { code: 200, status: outcome.outcome };
    case 'notReady':
      return { code: 503, status: 'notReady' };
    default:
      return { code: 200, status: outcome.kind };
  }
}

function tellStanding(standing: Standing): Told {
  switch (standing.kind) {
    case 'waiting':
    case 'aside':
      return { code: 200, status: 'waiting', number: standing.number };
    case 'booked':
      return { code: 200, status: 'booked', number: standing.number };
    case 'confirmed':
      return { code: 200, status: 'confirmed', order: standing.order };
    case 'ended':
      return { code: 200, status: standing.outcome };
    case 'none':
      return { code: 200, status: 'none' };
  }
}
