import { makeUpSale, type SaleKind, saleKinds } from './made-up-sales.ts';
import { createRandom } from './random.ts';
import { type Ask, replay } from './replay.ts';
import type { Sale } from './sale.ts';
import { findRecovery, pickSettled, type RecoveryStep, type Score, scoreAsks, scoreRecovery } from './scores.ts';

export const target = { insideRatio: 0.8, medianWidthRatio: 0.4 };
/** The constants of the method were chosen on seeds from 1000 on. */
export const testSeeds = Array.from({ length: 50 }, (_, index) => index + 1);

export type KindResult = {
  kind: SaleKind;
  score: Score;
  /** By how long the true wait was. */
  byWait: { fromSec: number; toSec: number; score: Score }[];
  recovery: RecoveryStep[];
  recoverySec: number | null;
};

const waitBounds = [30, 120, 600, Number.POSITIVE_INFINITY];

/** What made-up sales of one kind say of the estimate. */
export function calibrate(kind: SaleKind, seeds: readonly number[]): KindResult {
  const sales = seeds.map((seed) => {
    const sale = makeUpSale(kind, createRandom(seed));
    return { sale, asks: replay(sale, createRandom(seed)) };
  });
  const settled = sales.flatMap(({ sale, asks }) => pickSettled(sale, asks));
  const recovery = scoreRecovery(sales);
  return {
    kind,
    score: scoreAsks(settled),
    byWait: waitBounds.slice(0, -1).map((fromSec, index) => {
      const toSec = waitBounds[index + 1] ?? fromSec;
      return { fromSec, toSec, score: scoreAsks(settled.filter((ask) => isWithin(ask, fromSec, toSec))) };
    }),
    recovery,
    recoverySec: recovery.some(({ score }) => score.told > 0) ? findRecovery(recovery, target.insideRatio) : null,
  };
}

export function calibrateAll(seeds: readonly number[]): KindResult[] {
  return (Object.keys(saleKinds) as SaleKind[]).map((kind) => calibrate(kind, seeds));
}

/** A recorded sale as it is. */
export function calibrateRecording(sale: Sale): Score {
  return scoreAsks(pickSettled(sale, replay(sale, createRandom(1))));
}

function isWithin({ waitSec }: Ask, fromSec: number, toSec: number): boolean {
  return waitSec >= fromSec && waitSec < toSec;
}
