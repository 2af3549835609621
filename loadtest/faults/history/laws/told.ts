import type { Breach, Law } from '../breach.ts';
import type { AnsweredRecord, AskedRecord, HistoryRecord } from '../records.ts';
import { followStays, type Stay } from '../stays.ts';
import type { Entry, Home, Story } from '../story.ts';

/** Clocks are read in whole ms, before and after. */
const slackMs = 20;
/** What the recorder may not have seen of the last moments before a crash. */
const unseenMs = 2_000;

const homesOf: Readonly<Record<string, readonly Home[]>> = {
  waiting: ['line', 'aside'],
  paused: ['line', 'aside'],
  closed: ['line', 'aside'],
  soldOut: ['line', 'aside'],
  booked: ['booked'],
  confirmed: ['confirmed'],
};
const goneStatuses = new Set(['none', 'left', 'expired', 'revoked', 'placeEnded', 'notBooked']);

type Answer = { asked: AskedRecord; askedAt: number; answered: AnsweredRecord; at: number };

/**
 * Laws 4 and 6 as clients see them: whatever a visitor is told has happened and was announced; a number told is kept until
 * admitted or gone, also across a loss, where the ticket proves it; an order told is the only one; no number that somebody was
 * told is drawn by another.
 */
export function checkTold(history: readonly HistoryRecord[], story: Story): Breach[] {
  const found = new Map<string, Breach>();
  const note = (kind: string, law: Law, words: string, events: readonly number[]) => {
    if (!found.has(kind)) found.set(kind, { law, words, events });
  };
  const run = history.find((record) => record.kind === 'run');
  const staleMs = run?.kind === 'run' ? run.staleMs : 0;
  const ways = followVersions(story);
  const unseen = story.epochs.map(({ at, atMs }) => ({
    fromMs: lastLookMs(history, at) - unseenMs,
    toMs: atMs + slackMs,
  }));
  const isUnseen = (atMs: number) => unseen.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
  const orders = new Map<string, { order: string; at: number }>();
  /** The first who was told each number. */
  const told = new Map<number, { id: string; at: number }>();

  /** Those of them that nobody but the visitor may have seen. */
  const unseenNumbers = new Set<number>();

  for (const answer of readAnswers(history)) {
    const { asked, answered, askedAt, at } = answer;
    const { visitor } = asked;
    const { status = '', number } = answered;
    if (visitor === '' || asked.what === 'lead' || answered.code === 0) continue;
    const stays = ways.map((way) => way.get(visitor) ?? []);
    const homes = homesOf[status];
    const who = `${visitor} is told ${status}${number ? ` with ${number}` : ''}`;

    if (homes && number && !told.has(number)) {
      told.set(number, { id: visitor, at });
      if (isUnseen(answered.atMs)) unseenNumbers.add(number);
    }
    const other = number && homes ? told.get(number) : undefined;
    if (other && other.id !== visitor) {
      note('shared', 4, `${who}, which ${other.id} was told before`, [other.at, askedAt, at]);
    }

    if (homes && !(number === undefined && status !== 'confirmed' && status !== 'booked')) {
      const isSo = (stay: Stay) =>
        homes.includes(stay.home) &&
        (!number || stay.number === number) &&
        stay.fromMs <= answered.atMs + slackMs &&
        (staleMs === null || stay.toMs >= asked.atMs - staleMs - slackMs);
      // A refused join is told closed or soldOut as well, without a number.
      const isRefusal = !number && (status === 'closed' || status === 'soldOut');
      const isKnown = !isUnseen(answered.atMs) && !(number && unseenNumbers.has(number));
      if (!isRefusal && isKnown && !stays.some((way) => way.some(isSo))) {
        const others = stays.flat().filter(({ number: drawn }) => number && drawn !== number);
        const isOther = others.length > 0 && !stays.flat().some((stay) => stay.number === number);
        const words = isOther ? `${who}, but drew ${others[0]?.number}` : `${who}, no change says so`;
        note(isOther ? 'other' : 'untold', isOther ? 4 : 6, words, [
          ...others.slice(0, 1).map((stay) => stay.at),
          askedAt,
          at,
        ]);
      }
    }

    // Nobody who waits or holds a place for the whole time of the question is told otherwise.
    if (goneStatuses.has(status) && staleMs !== null && story.epochs.length === 0) {
      const way = stays[0] ?? [];
      const fromMs = asked.atMs - staleMs - slackMs;
      const isPlaceMeant = status === 'placeEnded' || status === 'notBooked';
      const isHome = (stay: Stay) => (isPlaceMeant ? stay.home === 'booked' : stay.home !== 'confirmed');
      const holding = way.find((stay) => isHome(stay) && stay.fromMs <= fromMs && stay.toMs >= answered.atMs + slackMs);
      if (holding) {
        note('denied', 4, `${who} while in ${holding.home} with ${holding.number}`, [holding.at, askedAt, at]);
      }
    }

    const { ticket } = asked;
    if (ticket && number && number !== ticket && homes) {
      const isEnded = stays.some((way) => hasEnded(way, ticket, answered.atMs + slackMs));
      if (!isEnded) note('ticket', 4, `${who}, but has ticket ${ticket}, which did not end`, [askedAt, at]);
    }

    const before = orders.get(visitor);
    const isLost = story.epochs.some((epoch) => before && epoch.at > before.at && epoch.at < at);
    if (
      before &&
      !isLost &&
      before.at < askedAt &&
      asked.what === 'confirm' &&
      answered.code < 500 &&
      status !== 'confirmed'
    ) {
      note('denied order', 4, `${who}, who was told an order`, [before.at, askedAt, at]);
    }
    if (answered.order !== undefined && status === 'confirmed') {
      if (before && !isLost && before.order !== answered.order) {
        note('orders', 4, `${visitor} is told two orders`, [before.at, askedAt, at]);
      }
      orders.set(visitor, { order: answered.order, at });
    }
  }
  for (const { at, record } of story.entries) {
    if (record.type !== 'joined') continue;
    for (const [id, number] of record.visitors) {
      const before = told.get(number);
      if (before && before.id !== id) {
        note('redrawn', 4, `number ${number}, which ${before.id} was told, is drawn by ${id}`, [before.at, at]);
      }
    }
  }
  return [...found.values()];
}

/** Everybody's way as it came to be, and as it was before each loss. */
function followVersions({ entries, lost, epochs }: Story): Map<string, Stay[]>[] {
  const all = [...entries, ...lost].toSorted((a, b) => a.at - b.at);
  const wasThere = (entry: Entry, loss: number) => entry.lostIn === undefined || entry.lostIn >= loss;
  return [
    followStays(entries),
    ...epochs.map(({ at }, loss) => followStays(all.filter((entry) => entry.at < at && wasThere(entry, loss)))),
  ];
}

/** The number was given up, bought with or taken away by then: it may be followed by another one. */
function hasEnded(way: readonly Stay[], number: number, byMs: number): boolean {
  const last = way.findLast((stay) => stay.number === number);
  return last !== undefined && (last.home === 'confirmed' || last.toMs <= byMs);
}

function lastLookMs(history: readonly HistoryRecord[], before: number): number {
  const look = history.slice(0, before).findLast((record) => record.kind === 'look');
  return look?.atMs ?? 0;
}

function* readAnswers(history: readonly HistoryRecord[]): Generator<Answer> {
  const pending = new Map<number, { asked: AskedRecord; askedAt: number }>();
  for (const [at, record] of history.entries()) {
    if (record.kind === 'asked') pending.set(record.call, { asked: record, askedAt: at });
    if (record.kind !== 'answered') continue;
    const asked = pending.get(record.call);
    if (asked) yield { ...asked, answered: record, at };
    pending.delete(record.call);
  }
}
