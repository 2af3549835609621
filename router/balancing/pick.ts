import { loadOf } from './balancer.ts';
import type { Upstream } from './upstream-set.ts';

/**
 * The less loaded of two random candidates; two, so that several gateways with the same reports do not all run to the
 * same instance. `excluded` are ids that were tried already. undefined when nobody is left.
 */
export function pickUpstream(
  candidates: readonly Upstream[],
  random: () => number,
  excluded: readonly string[] = [],
): Upstream | undefined {
  const left = excluded.length === 0 ? candidates : candidates.filter(({ id }) => !excluded.includes(id));
  if (left.length < 2) return left[0];
  const first = Math.floor(random() * left.length);
  const second = (first + 1 + Math.floor(random() * (left.length - 1))) % left.length;
  const a = left[first];
  const b = left[second];
  if (!a || !b) return a ?? b;
  return loadOf(b) < loadOf(a) ? b : a;
}
