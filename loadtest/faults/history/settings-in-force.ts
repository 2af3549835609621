import type { HistoryRecord } from './records.ts';

type Settings = Readonly<Record<string, string>>;

/** What was in force at one entry of the stream: `at` is the look that tells it. */
export type InForce =
  | { kind: 'known'; settings: Settings; at: number }
  /** Between two looks there were several versions: what they may have been, for whoever needs a bound. */
  | { kind: 'among'; candidates: readonly Settings[]; at: number };

/** Ms around an entry within which an operator's wish may have come into force without any look seeing it. */
const wishSpanMs = 5_000;

/** Says for a record's place in the history which settings were in force then. Every look tells the version it saw. */
export function readSettingsInForce(history: readonly HistoryRecord[]): (at: number) => InForce | undefined {
  const nextLook: number[] = [];
  /** Changes of settings up to the next look. */
  const changesAhead: number[] = [];
  let look = -1;
  let ahead = 0;
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const record = history[at];
    if (record?.kind === 'look') {
      look = at;
      ahead = 0;
    }
    nextLook[at] = look;
    changesAhead[at] = ahead;
    if (record?.kind === 'change' && record.type === 'settings') ahead += 1;
  }
  const byVersion = new Map<string, number>();
  for (const [at, record] of history.entries()) {
    if (record.kind === 'look' && record.settings.version !== undefined) {
      // A version comes again after a loss: it is looked up from its neighbourhood only.
      byVersion.set(`${record.settings.version}@${record.counters.epoch ?? 0}`, at);
    }
  }
  const wishes = history.flatMap((record) => (record.kind === 'asked' && record.what === 'settings' ? [record] : []));

  return (at) => {
    const lookAt = nextLook[at];
    const seen = lookAt === undefined || lookAt < 0 ? undefined : history[lookAt];
    if (lookAt === undefined || seen?.kind !== 'look') return undefined;
    if (changesAhead[at] === 0) return { kind: 'known', settings: seen.settings, at: lookAt };
    const version = Number(seen.settings.version ?? 0) - (changesAhead[at] ?? 0);
    const otherAt = byVersion.get(`${version}@${seen.counters.epoch ?? 0}`);
    const other = otherAt === undefined ? undefined : history[otherAt];
    if (other?.kind === 'look' && otherAt !== undefined)
      return { kind: 'known', settings: other.settings, at: otherAt };
    const around = wishes.filter(({ atMs }) => Math.abs(atMs - seen.atMs) < wishSpanMs);
    const candidates = [seen.settings, ...around.map(({ values }) => ({ ...seen.settings, ...values }))];
    return { kind: 'among', candidates, at: lookAt };
  };
}

/** The highest of a number that may have been in force. */
export function readHighest(inForce: InForce, name: string, fallback: number): number {
  const all = inForce.kind === 'known' ? [inForce.settings] : inForce.candidates;
  return Math.max(...all.map((settings) => Number(settings[name] ?? fallback)));
}
