import { fill } from './format.js';

/** The steps from visiting to buying, and where people get lost, with how long that takes. */
export function describeFunnel(funnel, words, format) {
  const { number, ratio } = format;
  const { times } = funnel;
  const joinedStep = Math.max(1, funnel.joined);
  const most = Math.max(1, funnel.visited, funnel.joined, funnel.admitted);
  const spell = (durations, text) =>
    durations.p50Sec === null
      ? ''
      : fill(text, { half: format.duration(durations.p50Sec), most: format.duration(durations.p90Sec) });
  const ofThose = (count, before) => (before > 0 ? fill(words.ofThose, { p: ratio(count / before) }) : '');
  const note = (...texts) => texts.filter((text) => text !== '').join(' · ');
  const steps = [
    { name: 'visited', count: funnel.visited, note: '' },
    { name: 'joined', count: funnel.joined, note: '' },
    {
      name: 'admitted',
      count: funnel.admitted,
      note: note(ofThose(Math.min(funnel.admitted, joinedStep), funnel.joined), spell(times.toAdmission, words.took)),
    },
    {
      name: 'confirmed',
      count: funnel.confirmed,
      note: note(ofThose(funnel.confirmed, funnel.admitted), spell(times.toOrder, words.took)),
    },
  ].map((step) => ({ ...step, value: number(step.count), ratio: Math.min(1, step.count / most) }));
  const lost = (group) => ({
    left: funnel.left[group],
    expired: funnel.expired[group],
    revoked: funnel.revoked[group],
  });
  const dropOffs = [
    { name: 'waiting', ...lost('waiting'), time: spell(times.toDropOffWaiting, words.after) },
    { name: 'booked', ...lost('booked'), time: spell(times.toDropOffBooked, words.after) },
  ].map(({ left, expired, revoked, ...row }) => ({
    ...row,
    left: number(left),
    expired: number(expired),
    revoked: number(revoked),
    time: row.time === '' ? '–' : row.time,
  }));
  return { steps, dropOffs };
}
