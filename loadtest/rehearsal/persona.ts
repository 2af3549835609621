import type { Random } from '../estimate/random.ts';
import { drawPatienceMs, drawThinkMs } from './patience.ts';

/** `cookieless`: keeps no cookie and comes again and again; `hammer`: keeps them and asks far sooner than told. */
export const clientKinds = ['person', 'cookieless', 'hammer'] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What somebody who is let in makes of it; all but the first are the drop-off, a third each. */
export type TurnPlan = 'confirms' | 'neverClaims' | 'neverConfirms' | 'givesBack';

/** Who one client is, drawn before anything happens. */
export type Persona = {
  kind: ClientKind;
  /** By a link to the sale itself, which is where the cookie check sends people round once. */
  comesDirectly: boolean;
  /** From the landing page to the click. */
  clickMs: number;
  patienceMs: number;
  turn: TurnPlan;
  thinkMs: number;
  /** Between reloads of the waiting page; Infinity for those who do not. */
  reloadEveryMs: number;
};

export type Habits = {
  patienceSec: number;
  dropOffRatio: number;
  thinkSec: number;
  botRatio: number;
  reloadRatio: number;
};

export const directRatio = 0.2;
const [shortestClickMs, longestClickMs] = [500, 2500];
const [soonestReloadMs, latestReloadMs] = [5_000, 30_000];
const dropOffs = ['neverClaims', 'neverConfirms', 'givesBack'] as const;

/** Draws the same for every client whatever its habits, so that one habit changes nothing else of a seed's crowd. */
export function drawPersona(habits: Habits, random: Random): Persona {
  const kind = drawKind(habits.botRatio, random);
  const isDirect = random.chance(directRatio);
  const clickMs = random.between(shortestClickMs, longestClickMs);
  const patienceMs = drawPatienceMs(habits.patienceSec, random);
  const dropsOff = random.chance(habits.dropOffRatio);
  const dropOff = dropOffs[Math.floor(random.uniform() * dropOffs.length)] ?? 'neverClaims';
  const thinkMs = drawThinkMs(habits.thinkSec, random);
  const reloads = random.chance(habits.reloadRatio);
  const everyMs = random.between(soonestReloadMs, latestReloadMs);
  const isPerson = kind === 'person';
  return {
    kind,
    comesDirectly: !isPerson || isDirect,
    clickMs,
    patienceMs,
    turn: isPerson && dropsOff ? dropOff : 'confirms',
    thinkMs: isPerson ? thinkMs : 0,
    reloadEveryMs: isPerson && reloads ? everyMs : Number.POSITIVE_INFINITY,
  };
}

/** Half of the bots are of either kind. */
function drawKind(botRatio: number, random: Random): ClientKind {
  const [isBot, isFirst] = [random.chance(botRatio), random.chance(0.5)];
  if (!isBot) return 'person';
  return isFirst ? 'cookieless' : 'hammer';
}
