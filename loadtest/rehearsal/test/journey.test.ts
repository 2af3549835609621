import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import t from 'tap';
import { beginJourney, decideMove, type Turn } from '../journey.ts';
import type { Persona } from '../persona.ts';
import type { Sight } from '../read-sight.ts';

type Seen = Exclude<Sight, { kind: 'redirect' }>;

const persona: Persona = {
  ...{ kind: 'person', comesDirectly: false, clickMs: 1000, patienceMs: 60_000 },
  ...{ turn: 'confirms', thinkMs: 5000, reloadEveryMs: Number.POSITIVE_INFINITY },
};
const status = (changes: Partial<VisitorStatus>): VisitorStatus => ({
  ...{ status: 'waiting', number: 7, position: 3, waiting: 9, etaSeconds: null, refreshAfterSeconds: 2 },
  ...{ leaseEndsAt: null, message: null, updatedAt: '2026-11-22T09:00:00.000Z' },
  ...changes,
});
const told = (changes: Partial<VisitorStatus> = {}): Seen => ({ kind: 'told', told: status(changes) });
const page: Seen = { kind: 'page' };
const failed = (retryMs?: number): Seen => ({ kind: 'failed', reason: 'reset', retryMs });
const refused = (code: string, statusCode = 409): Seen => ({
  kind: 'refused',
  status: statusCode,
  code,
  retryMs: undefined,
});

/** Plays what is seen, each as soon as it was asked for, and lists the moves: step or outcome, and when. */
function play(who: Persona, sights: readonly Seen[]): (string | number)[][] {
  let turn: Turn = beginJourney(who, 0);
  const moves: (string | number)[][] = [];
  const list = () =>
    moves.push([turn.move.kind === 'ask' ? turn.move.step : turn.move.outcome, Math.round(turn.move.atMs)]);
  list();
  for (const sight of sights) {
    if (turn.move.kind === 'end') break;
    turn = decideMove(
      { journey: turn.journey, persona: who, sight },
      { nowMs: turn.move.atMs, random: 0, hammerEveryMs: 100 },
    );
    list();
  }
  return moves;
}

t.test('journey: landing, line, polls as told, way in, order', async (t) => {
  const sights = [
    page,
    told(),
    told({ refreshAfterSeconds: 1 }),
    told({ status: 'booked' }),
    page,
    { kind: 'done' } as const,
  ];
  t.same(play(persona, sights), [
    ['landing', 0],
    ['join', 1000],
    ['status', 3000],
    ['status', 4000],
    ['claim', 4000],
    ['confirm', 9000],
    ['confirmed', 9000],
  ]);
});

t.test('journey: a page that is the way in already is not asked for again', async (t) => {
  const direct = { ...persona, comesDirectly: true };
  t.same(play(direct, [page, told({ status: 'booked' }), { kind: 'done' }]), [
    ['join', 0],
    ['status', 0],
    ['confirm', 5000],
    ['confirmed', 5000],
  ]);
});

t.test('journey: people leave when their patience ends, not at the next look', async (t) => {
  const direct = { ...persona, comesDirectly: true, patienceMs: 3500 };
  t.same(play(direct, [told(), told(), told()]), [
    ['join', 0],
    ['status', 2000],
    ['gaveUp', 3500],
  ]);
});

t.test('journey: reloads come between the polls, each when it is due', async (t) => {
  const direct = { ...persona, comesDirectly: true, reloadEveryMs: 3000 };
  t.same(play(direct, [told(), told(), told(), told()]), [
    ['join', 0],
    ['status', 2000],
    ['reload', 3000],
    ['status', 5000],
    ['reload', 6000],
  ]);
});

t.test('journey: those who drop off never enter, never order, or give the place back', async (t) => {
  const end = (turn: Persona['turn']) =>
    play({ ...persona, comesDirectly: true, turn }, [told(), told({ status: 'booked' }), page, { kind: 'done' }]).map(
      ([what]) => what,
    );
  t.same(end('neverClaims'), ['join', 'status', 'neverClaimed']);
  t.same(end('neverConfirms'), ['join', 'status', 'claim', 'neverConfirmed']);
  t.same(end('givesBack'), ['join', 'status', 'claim', 'cancel', 'gaveBack']);
});

t.test('journey: what fails is tried again, later each time or as told, and not for ever', async (t) => {
  const direct = { ...persona, comesDirectly: true, patienceMs: 1e9 };
  t.same(play(direct, [failed(), failed(5000), told()]), [
    ['join', 0],
    ['join', 2000],
    ['join', 7000],
    ['status', 9000],
  ]);
  t.equal(
    play(
      direct,
      Array.from({ length: 20 }, () => failed()),
    ).at(-1)?.[0],
    'failed',
  );
  const slowedDown: Seen = { kind: 'refused', status: 429, code: 'TOO_MANY_REQUESTS', retryMs: 1000 };
  t.same(play(direct, [slowedDown]).at(-1), ['join', 1000]);
});

t.test('journey: how a turn ends is told apart', async (t) => {
  const direct = { ...persona, comesDirectly: true };
  const last = (...sights: Seen[]) => play(direct, sights).at(-1)?.[0];
  t.equal(last(told({ status: 'full', number: null })), 'turnedAway');
  t.equal(last(refused('BLOCKED', 403)), 'turnedAway');
  t.equal(last(told(), told({ status: 'expired' })), 'turnEnded');
  const inside = [told({ status: 'booked' }), page];
  t.equal(last(...inside, refused('SOLD_OUT')), 'turnedAway');
  t.equal(last(...inside, refused('PLACE_ENDED')), 'turnEnded');
  t.equal(last(told({ status: 'paused' })), 'status', 'whoever is in line goes on waiting');
});

t.test('journey: bots do not do as they are told', async (t) => {
  const hammer = { ...persona, kind: 'hammer' as const, comesDirectly: true, thinkMs: 0 };
  t.same(play(hammer, [told(), told({ status: 'booked' }), page]), [
    ['join', 0],
    ['status', 100],
    ['claim', 100],
    ['confirm', 100],
  ]);
  const cookieless = { ...persona, kind: 'cookieless' as const, comesDirectly: true, patienceMs: 5000 };
  t.same(
    play(cookieless, [refused('COOKIE_REQUIRED', 428), page, page]).map(([what]) => what),
    ['join', 'join', 'join', 'gaveUp'],
  );
});
