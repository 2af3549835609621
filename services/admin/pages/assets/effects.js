import { fill } from './format.js';

/** What a change of settings means for people, in words. `pace` is the limit of admissions per minute then; 0 = none. */
export function describeEffect(effect, pace, words, format) {
  const { number, duration } = format;
  const limit = pace > 0 ? fill(words.atPace, { n: number(pace) }) : words.atOnce;
  const people = effect.visitors ?? effect.waiting ?? effect.orders ?? 0;
  const spell = effect.waitSec === undefined ? '' : duration(effect.waitSec);
  return fill(words[effect.code] ?? effect.code, { n: number(people), pace: limit, t: spell });
}
