import { isIPv6 } from 'node:net';

/** Failures that cost nothing, for a name or a network; a person may mistype. */
const freeFailures = 3;
const firstDelayMs = 1_000;
/** For a name the delay stays short: a stranger who keeps guessing must not lock its owner out for long. */
const maxNameDelayMs = 30_000;
const maxNetworkDelayMs = 15 * 60_000;
/** Failures are forgotten after this long without another. */
const forgetAfterMs = 60 * 60_000;

type Record = { failures: number; untilMs: number; lastMs: number };

export type LoginAttempt = { name: string; address: string; nowMs: number };

export type LoginSlowdown = {
  /**
   * Takes one attempt: 0 when it may go on, else the ms until the next one may. An attempt counts as failed from here
   * on, before the password is looked at, so that a thousand at once gain nothing; `succeeded` takes that back.
   */
  take(attempt: LoginAttempt): number;
  /** Clears the failures of this network and remembers that this name has come from there. */
  succeeded(attempt: LoginAttempt): void;
};

/**
 * Slows guessing down: after three failures the delay doubles from 1 s, up to 30 s for a name and 15 min for a network.
 * A name that has logged in from a network before is counted apart there, so that strangers' failures do not slow it.
 * Remembers at most `maxRecords` names and as many networks, the longest unused forgotten first.
 */
export function createLoginSlowdown({ maxRecords = 10_000 }: { maxRecords?: number } = {}): LoginSlowdown {
  const names = new Map<string, Record>();
  const networks = new Map<string, Record>();
  const known = new Map<string, Record>();

  const nameKey = ({ name }: LoginAttempt, network: string) =>
    known.has(`${name} ${network}`) ? `${name} ${network}` : name;

  return {
    take(attempt) {
      const { nowMs } = attempt;
      const network = networkOf(attempt.address);
      const name = nameKey(attempt, network);
      const waitMs = Math.max(waitOf(names.get(name), nowMs), waitOf(networks.get(network), nowMs));
      if (waitMs > 0) return waitMs;
      keep(names, name, fail(names.get(name), nowMs, maxNameDelayMs), maxRecords);
      keep(networks, network, fail(networks.get(network), nowMs, maxNetworkDelayMs), maxRecords);
      return 0;
    },
    succeeded(attempt) {
      const network = networkOf(attempt.address);
      names.delete(nameKey(attempt, network));
      networks.delete(network);
      const seen = { failures: 0, untilMs: 0, lastMs: attempt.nowMs };
      keep(known, `${attempt.name} ${network}`, seen, maxRecords);
    },
  };
}

function waitOf(record: Record | undefined, nowMs: number): number {
  return record ? Math.max(0, record.untilMs - nowMs) : 0;
}

function fail(before: Record | undefined, nowMs: number, maxDelayMs: number): Record {
  const failures = (before && nowMs - before.lastMs < forgetAfterMs ? before.failures : 0) + 1;
  const delayMs = failures < freeFailures ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - freeFailures));
  return { failures, untilMs: nowMs + delayMs, lastMs: nowMs };
}

function keep(records: Map<string, Record>, key: string, record: Record, maxRecords: number): void {
  records.delete(key);
  records.set(key, record);
  const oldest = records.size > maxRecords ? records.keys().next() : undefined;
  if (oldest && !oldest.done) records.delete(oldest.value);
}

/** An IPv4 address, or the /64 of an IPv6 one: one household or one machine, not one of its countless addresses. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
