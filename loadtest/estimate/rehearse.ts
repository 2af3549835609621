import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '@fairline/shared/redis/changes.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { createLineStore, maxBatch } from '@fairline/shared/stores/line/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { type RoomProcess, type System, until } from '@fairline/shared/testing/system.ts';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';
import type { Random } from './random.ts';
import type { RecordingLine } from './recordings.ts';
import type { Rehearsal, Step } from './rehearsals.ts';
import { watchLine } from './watch-line.ts';

const crowd = 1200;
const arrivalsPerSec = 3.6;
const leavePerSec = 0.0003;
/** Share of the people who close the page while they wait, and so are put aside at the head. */
const absentShare = 0.02;
const claimSeconds = 20;
const signsEveryTicks = 15;
const beforeOpeningMs = 5000;

/** Plays one sale for so many seconds after its opening and returns what a waiting-room saw of it. */
export async function rehearse(
  t: TestLike,
  {
    system,
    event,
    rehearsal,
    seconds,
    random,
  }: { system: System; event: string; rehearsal: Rehearsal; seconds: number; random: Random },
): Promise<RecordingLine[]> {
  const redis = system.redisServer.connect();
  const line = createLineStore({ redis, keys: eventKeys(event) });
  const settings = createSettingsStore({ redis, keys: line.keys });
  const places = { maxBooking: String(rehearsal.places), leaseMinutes: '1', claimSeconds: String(claimSeconds) };
  await settings.save({ ...places, admissions: 'paused' });
  const startLeader = () => system.start('queue-processor', { env: { EVENT: event } });
  const leaders: RoomProcess[] = [await startLeader(), await startLeader()];
  t.after(() => Promise.all(leaders.map((each) => each.end('SIGKILL'))));
  await until(`an open gate of ${event}`, async () => (await line.readProgress()).gate.isOpen);

  const watching = new AbortController();
  t.after(() => watching.abort());
  const waiting = new Map<number, { id: string; isAbsent: boolean }>();
  const timers = new Set<NodeJS.Timeout>();
  let openedAtMs = Number.NaN;
  const nowSec = () => (performance.now() - openedAtMs) / 1000;

  function later(sec: number, act: () => Promise<unknown>): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void act();
    }, sec * 1000);
    timers.add(timer);
  }

  function takeTurn(id: string): void {
    const turn = rehearsal.decideTurn(random, nowSec());
    if (turn.kind === 'never comes') return;
    later(random.between(0.2, 1.5), () => line.renew([id]));
    if (turn.kind === 'falls silent') {
      later(turn.afterSec, () => line.renew([id]));
      return;
    }
    // A lease is a minute: those who take longer are seen in between.
    for (let sec = 30; sec < turn.afterSec; sec += 30) later(sec, () => line.renew([id]));
    later(turn.afterSec, () => line.confirm(id, JSON.stringify({ id })));
  }

  function hear(change: Change): void {
    for (const { id, number } of change.visitors) {
      if (change.type === 'joined') waiting.set(number, { id, isAbsent: random.chance(absentShare) });
      else if (change.from === 'line') waiting.delete(number);
      if (change.type === 'admitted') takeTurn(id);
    }
  }

  async function join(count: number): Promise<void> {
    for (let at = 0; at < count; at += maxBatch) {
      const length = Math.min(maxBatch, count - at);
      await line.join(Array.from({ length }, () => ({ visitorId: randomUUID(), again: false })));
    }
  }

  async function showSigns(): Promise<void> {
    const { dueNumber } = await line.readProgress();
    const ids = [...waiting].flatMap(([number, { id, isAbsent }]) => (number <= dueNumber && !isAbsent ? [id] : []));
    for (let at = 0; at < ids.length; at += maxBatch) await line.noteSigns(ids.slice(at, at + maxBatch));
  }

  async function take(step: Step): Promise<void> {
    if (step !== 'kill the leader') {
      await settings.save(step.settings);
      return;
    }
    const roles = await Promise.all(leaders.map(({ id }) => redis.hget(`booking:instance:${id}`, 'role')));
    const leader = leaders.find((each, index) => roles[index] === 'leader' && !each.hasEnded());
    await leader?.end('SIGKILL');
    leaders.push(await startLeader());
  }

  const readWishes = async () => {
    const [admissions, maxBooking] = await redis.hmget(line.keys.settingsGood, 'admissions', 'maxBooking');
    return { isPaused: admissions !== 'open', places: Number(maxBooking) };
  };
  const own = system.redisServer.connect();
  const watched = watchLine({ redis: own, line, readWishes, signal: watching.signal, onChange: hear });
  await join(crowd);
  await sleep(beforeOpeningMs);
  await settings.save({ admissions: 'open' });
  openedAtMs = performance.now();
  for (const { atSec, step } of rehearsal.steps) later(atSec, () => take(step));

  let owed = 0;
  for (let tick = 0; nowSec() < seconds; tick++) {
    owed += arrivalsPerSec;
    await join(Math.floor(owed));
    owed -= Math.floor(owed);
    if (tick % signsEveryTicks === 0) await showSigns();
    for (const [, { id }] of waiting) if (random.chance(leavePerSec)) await line.leave(id);
    await sleep(Math.max(0, (tick + 1) * 1000 - nowSec() * 1000));
  }
  watching.abort();
  const events = await watched;
  for (const timer of timers) clearTimeout(timer);
  return events;
}
