import type { Breach, Law } from '../breach.ts';
import type { ChangeRecord, HistoryRecord, LookRecord, StateRecord } from '../records.ts';
import { compareStreamIds, type Home, readMove } from '../story.ts';

type Stay = { home: Home; number: number; at: number };

/** What the changes up to here say; as it was, a map can be taken back to it when a later epoch does not know the rest. */
type Replay = {
  stays: Map<string, Stay>;
  drawn: Map<number, { id: string; at: number }>;
  last: { seq: number; at: number };
};

/**
 * Law 6 (and what laws 2 and 4 say of single visitors): the numbers of the changes have no gap, each change finds its visitors
 * where the changes before left them, and what Redis holds at every look is what the changes tell. The first breach of each kind.
 */
export function checkAnnounced(history: readonly HistoryRecord[]): Breach[] {
  const found = new Map<string, Breach>();
  const note = (kind: string, law: Law, words: string, events: readonly number[]) => {
    if (!found.has(kind)) found.set(kind, { law, words, events });
  };
  let kept: { at: number; record: ChangeRecord }[] = [];
  let replay = startReplay();
  let lastLook: { at: number; record: LookRecord } | undefined;
  /** After a loss the leader lifts `seq` above all that were seen, once, without an entry. */
  let mayJump = false;
  let settingsSince = 0;
  /** Of the counters, before the last loss. */
  let epochBefore = 0;
  let lost = { seq: 0, at: 0, isRaised: false };

  for (const [at, record] of history.entries()) {
    switch (record.kind) {
      case 'epoch':
        lost = { ...(replay.last.seq > lost.seq ? replay.last : lost), isRaised: false };
        epochBefore = lastLook?.record.counters.epoch ?? epochBefore;
        kept = kept.filter((entry) => compareStreamIds(entry.record.streamId, record.keptStreamId) <= 0);
        replay = startReplay();
        for (const entry of kept) applyChange(replay, entry.at, entry.record, () => {});
        mayJump = true;
        lastLook = undefined;
        break;
      case 'change': {
        const { last } = replay;
        const isJump = mayJump && record.seq > last.seq + 1;
        if (record.seq !== last.seq + 1 && !isJump) {
          note('gap', 6, `change ${record.seq} follows change ${last.seq}`, last.seq > 0 ? [last.at, at] : [at]);
        }
        if (isJump) mayJump = false;
        if (lost.isRaised && record.seq <= lost.seq) {
          note('again', 6, `change ${record.seq} has the number of one that was lost`, [lost.at, at]);
        }
        if (record.type === 'settings') settingsSince += 1;
        kept.push({ at, record });
        applyChange(replay, at, record, note);
        break;
      }
      case 'look': {
        const { seq = 0 } = record.counters;
        const { last } = replay;
        if (mayJump && seq > last.seq && (record.counters.epoch ?? 0) > (lastLook?.record.counters.epoch ?? -1)) {
          replay.last = { seq, at };
          mayJump = false;
        } else if (seq !== last.seq) {
          note('newest', 6, `the newest change is ${last.seq}, the counter says ${seq}`, [last.at, at]);
        }
        lost.isRaised ||= lost.seq > 0 && (record.counters.epoch ?? 0) > epochBefore;
        compareCounts(replay, record, (words) => note('counts', 6, words, [...(lastLook ? [lastLook.at] : []), at]));
        const versions = Number(record.settings.version ?? 0) - Number(lastLook?.record.settings.version ?? 0);
        if (lastLook && versions !== settingsSince) {
          note('settings', 6, `the settings changed ${versions} times, ${settingsSince} changes say so`, [
            lastLook.at,
            at,
          ]);
        }
        settingsSince = 0;
        lastLook = { at, record };
        break;
      }
      case 'state':
        for (const [id, words, events] of compareState(replay, record))
          note('state', 6, `${id} ${words}`, [...events, at]);
        break;
    }
  }
  return [...found.values()];
}

function startReplay(): Replay {
  return { stays: new Map(), drawn: new Map(), last: { seq: 0, at: 0 } };
}

type Note = (kind: string, law: Law, words: string, events: readonly number[]) => void;

function applyChange({ stays, drawn, last }: Replay, at: number, record: ChangeRecord, note: Note): void {
  last.seq = record.seq;
  last.at = at;
  const move = readMove(record);
  if (!move) return;
  for (const [id, number] of record.visitors) {
    const stay = stays.get(id);
    const events = stay ? [stay.at, at] : [at];
    const home = stay?.home ?? null;
    const says = `change ${record.seq} (${record.type}) says ${id} with ${number} comes from ${move.from ?? 'nowhere'}`;
    if (home !== move.from) {
      note('from', move.from === null ? 2 : 6, `${says}, before it was in ${home ?? 'nothing'}`, events);
    } else if (stay && stay.number !== number) {
      note('number', 4, `${id} had number ${stay.number}, then ${number}`, events);
    }
    if (record.type === 'joined') {
      const before = drawn.get(number);
      if (before) note('drawn', 4, `number ${number} of ${before.id} was drawn again by ${id}`, [before.at, at]);
      drawn.set(number, { id, at });
    }
    if (move.to) stays.set(id, { home: move.to, number, at });
    else stays.delete(id);
  }
}

function compareCounts({ stays }: Replay, look: LookRecord, note: (words: string) => void): void {
  const told: Record<Home, number> = { line: 0, aside: 0, booked: 0, confirmed: 0 };
  for (const { home } of stays.values()) told[home] += 1;
  const held: Record<Home, number> = {
    line: look.queued,
    aside: look.aside,
    booked: look.booked,
    confirmed: look.confirmed,
  };
  for (const home of Object.keys(told) as Home[]) {
    if (told[home] !== held[home]) note(`${held[home]} are in ${home}, the changes say ${told[home]}`);
  }
}

function* compareState(
  { stays }: Replay,
  state: StateRecord,
): Generator<[id: string, words: string, events: number[]]> {
  const held: Record<Home, readonly string[]> = {
    line: state.queued,
    aside: Object.keys(state.aside),
    booked: state.booked,
    confirmed: state.confirmed,
  };
  for (const [home, ids] of Object.entries(held) as [Home, readonly string[]][]) {
    const isHeld = new Set(ids);
    for (const id of ids) {
      const stay = stays.get(id);
      if (stay?.home !== home) yield [id, `is in ${home}, no change says so`, stay ? [stay.at] : []];
    }
    for (const [id, stay] of stays) {
      if (stay.home === home && !isHeld.has(id)) yield [id, `should be in ${home}, it is not`, [stay.at]];
    }
  }
  for (const [id, number] of Object.entries(state.tickets)) {
    const stay = stays.get(id);
    if (stay && stay.number !== number) yield [id, `drew ${stay.number} and has ticket ${number}`, [stay.at]];
  }
}
