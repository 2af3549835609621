import t from 'tap';
import { createSharedBuckets, type SharedBuckets } from '../../traffic/shared-buckets.ts';
import type { BucketRule } from '../../traffic/token-bucket.ts';

/** Mulberry32: the same numbers every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The common account, as charge-buckets.lua keeps it. */
function createAccount({ ratePerSec, burst }: BucketRule) {
  let level = burst;
  let atMs = 0;
  return {
    charge(taken: number, nowMs: number): number {
      level = Math.min(burst, level + ((nowMs - atMs) * ratePerSec) / 1000) - taken;
      atMs = nowMs;
      return level;
    },
  };
}

type Simulation = {
  rule: BucketRule;
  gatewayCount: number;
  seconds: number;
  /** Requests that gateway `index` gets in the millisecond `nowMs`. */
  demand(index: number, nowMs: number): number;
  /** Times of one exchange: to Redis and back, each. */
  delayMs?: () => number;
  seed?: number;
};

const intervalMs = 100;

/** What passed in each millisecond, of all gateways together. */
function simulate({ rule, gatewayCount, seconds, demand, delayMs = () => 20, seed = 1 }: Simulation): number[] {
  const random = createRandom(seed);
  const account = createAccount(rule);
  let nowMs = 0;
  const later: { atMs: number; run(): void }[] = [];
  const gateways = Array.from({ length: gatewayCount }, () => ({
    buckets: createSharedBuckets({ rule: () => rule, nowMs: () => nowMs }),
    nextTellMs: random() * intervalMs,
    isTelling: false,
  }));
  function tell(gateway: { buckets: SharedBuckets; nextTellMs: number; isTelling: boolean }): void {
    const [taken] = gateway.buckets.collect(10);
    gateway.nextTellMs = nowMs + intervalMs;
    if (!taken) return;
    gateway.isTelling = true;
    later.push({
      atMs: nowMs + delayMs(),
      run() {
        const level = account.charge(taken.count, nowMs);
        const answer = () => {
          gateway.buckets.settle(taken.key, level);
          gateway.isTelling = false;
          gateway.nextTellMs = nowMs + intervalMs;
        };
        later.push({ atMs: nowMs + delayMs(), run: answer });
      },
    });
  }
  const passed: number[] = [];
  for (; nowMs < seconds * 1000; nowMs += 1) {
    for (let index = later.length - 1; index >= 0; index -= 1) {
      if ((later[index]?.atMs ?? 0) <= nowMs) later.splice(index, 1)[0]?.run();
    }
    let count = 0;
    for (const [index, gateway] of gateways.entries()) {
      if (!gateway.isTelling && gateway.nextTellMs <= nowMs) tell(gateway);
      for (let request = demand(index, nowMs); request > 0; request -= 1) if (gateway.buckets.take('k')) count += 1;
    }
    passed.push(count);
  }
  return passed;
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** The most and the least that passed in any ten seconds after `fromSec`. */
function tenSecondSums(passed: readonly number[], fromSec: number): { least: number; most: number } {
  let current = sum(passed.slice(fromSec * 1000, (fromSec + 10) * 1000));
  let least = current;
  let most = current;
  for (let end = (fromSec + 10) * 1000; end < passed.length; end += 1) {
    current += (passed[end] ?? 0) - (passed[end - 10_000] ?? 0);
    least = Math.min(least, current);
    most = Math.max(most, current);
  }
  return { least, most };
}

t.test('shared buckets: three gateways keep a sustained limit within a tenth over ten seconds', async (t) => {
  for (const ratePerSec of [100, 500, 2000]) {
    for (const [name, share] of [
      ['evenly', [1, 1, 1]],
      ['mostly at one', [5, 0.1, 0.02]],
      ['at one', [3, 0, 0]],
      ['just enough', [0.36, 0.36, 0.36]],
    ] as const) {
      const random = createRandom(ratePerSec);
      const passed = simulate({
        rule: { ratePerSec, burst: ratePerSec * 2 },
        gatewayCount: 3,
        seconds: 40,
        demand: (index) => {
          const wanted = (ratePerSec * (share[index] ?? 0)) / 1000;
          return Math.floor(wanted) + (random() < wanted % 1 ? 1 : 0);
        },
        delayMs: () => random() * 25,
      });
      const { least, most } = tenSecondSums(passed, 10);
      const wanted = ratePerSec * 10;
      t.ok(most <= wanted * 1.1 && least >= wanted * 0.9, `${ratePerSec}/s ${name}: ${least}–${most}`);
    }
  }
});

t.test('shared buckets: a burst at all of them passes three bursts at most, and is paid back', async (t) => {
  const rule = { ratePerSec: 100, burst: 300 };
  const passed = simulate({ rule, gatewayCount: 3, seconds: 30, demand: () => 5 });
  const first = sum(passed.slice(0, 1000));
  t.ok(first > rule.burst && first <= 3 * rule.burst + rule.ratePerSec, `${first} in the first second`);
  // Whatever came too early is missing later on.
  t.ok(sum(passed) <= 30 * rule.ratePerSec + rule.burst + 60, `${sum(passed)} in 30 s`);
});

t.test('shared buckets: whatever the pattern, no time lets pass more than its rate and three bursts', async (t) => {
  const rule = { ratePerSec: 100, burst: 200 };
  for (let seed = 1; seed <= 12; seed += 1) {
    const random = createRandom(seed);
    // Silent or storming, each gateway for itself and for times of its own.
    const until = [0, 0, 0];
    const isStorming = [false, false, false];
    const passed = simulate({
      rule,
      gatewayCount: 3,
      seconds: 30,
      seed,
      demand: (index, nowMs) => {
        if (nowMs >= (until[index] ?? 0)) {
          until[index] = nowMs + 50 + random() * 4000;
          isStorming[index] = random() < 0.5;
        }
        return isStorming[index] ? 3 : 0;
      },
      delayMs: () => random() * 40,
    });
    const levels = [0];
    let worst = 0;
    // The largest excess over the rate of any stretch of time.
    let excess = 0;
    for (const count of passed) {
      excess = Math.max(0, excess + count - rule.ratePerSec / 1000);
      worst = Math.max(worst, excess);
      levels.push(excess);
    }
    const allowed = 3 * rule.burst + 2 * rule.ratePerSec * 0.2;
    t.ok(worst <= allowed, `seed ${seed}: ${Math.round(worst)} of ${allowed}`);
  }
});

t.test('shared buckets: a million keys leave no more behind than was agreed', async (t) => {
  let nowMs = 0;
  const buckets = createSharedBuckets({
    rule: () => ({ ratePerSec: 10, burst: 20 }),
    nowMs: () => nowMs,
    maxPerGeneration: 1000,
  });
  for (let key = 0; key < 1_000_000; key += 1) {
    nowMs += 0.01;
    if (!buckets.take(`k${key}`)) t.fail('an unknown key has a full bucket');
  }
  t.ok(buckets.size() <= 2000, String(buckets.size()));
  const [first] = buckets.collect(1_000_000);
  t.equal(first?.count, 1);
});

t.test(
  'shared buckets: those who come now and then are no word to Redis; those in the thick of it stay known',
  async (t) => {
    let nowMs = 0;
    const buckets = createSharedBuckets({
      rule: () => ({ ratePerSec: 100, burst: 200 }),
      nowMs: () => nowMs,
      maxPerGeneration: 10,
    });
    buckets.take('calm');
    t.same(buckets.collect(10), []);
    for (let request = 0; request < 300; request += 1) {
      buckets.take('storm');
      buckets.take(`other-${request}`);
    }
    t.equal(buckets.take('storm'), false, 'others do not make it forgotten');
    const taken = buckets.collect(10);
    t.same(taken, [{ key: 'storm', count: 200 }]);
    buckets.putBack(taken);
    t.same(buckets.collect(10), [{ key: 'storm', count: 200 }]);
    buckets.settle('storm', -50);
    nowMs += 400;
    t.equal(buckets.take('storm'), false);
    nowMs += 200;
    t.equal(buckets.take('storm'), true);
  },
);
