import { unknown } from './format.js';

/** An instance in words. The operators' wish comes before what the instance says of itself. */
export function describeInstance(view, words, format) {
  const [state, look] = stateOf(view, words);
  return {
    id: view.id,
    place: [view.room, view.url.replace(/^http:\/\//, ''), words.roles[view.role]].filter(Boolean).join(' · '),
    state,
    look,
    load: format.ratio(view.loadRatio),
    loadRatio: Math.min(1, view.loadRatio ?? 0),
    loadLook: view.loadRatio > 0.9 ? 'bad' : view.loadRatio > 0.7 ? 'warn' : 'good',
    inFlight: view.inFlight === null ? unknown : `${format.number(view.inFlight)} / ${format.number(view.capacity)}`,
    latency: format.milliseconds(view.latencyP95Ms),
    rate: format.perSecond(view.requestsPerSec),
    errors: format.ratio(view.errorRatio),
    errorLook: view.errorRatio > 0.05 ? 'bad' : view.errorRatio > 0 ? 'warn' : '',
    age: format.age(view.ageMs),
    wish: view.isEnabled ? 'drain' : 'enable',
    wishText: view.isEnabled ? words.drain : words.enable,
  };
}

function stateOf(view, words) {
  if (view.state === 'gone') return [words.states.gone, 'bad'];
  if (view.isSuspect) return [words.suspect, 'bad'];
  if (!view.isEnabled) return [words.drained, 'warn'];
  return [words.states[view.state], view.state === 'ready' ? 'good' : 'warn'];
}

/** Points of a sparkline 120 wide and 30 high, newest on the right; empty with fewer than two. `top` is its full height. */
export function sparkPoints(values, top) {
  if (values.length < 2) return '';
  const most = Math.max(top, ...values);
  const step = 120 / 59;
  const from = 120 - (values.length - 1) * step;
  return values
    .map((value, at) => `${(from + at * step).toFixed(1)},${(30 - (value / most) * 28 - 1).toFixed(1)}`)
    .join(' ');
}
