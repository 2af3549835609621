/**
 * The estimate in words, the same on the server and in the browser.
 *
 * @param {{ low: number, high: number }} seconds
 * @param {{ soon: string, minutes: string, aboutMinutes: string, hours: string, aboutHours: string }} words
 */
export function formatWait({ low, high }, words) {
  if (high <= 60) return words.soon;
  const inHours = high > 90 * 60;
  const unit = inHours ? 1800 : 60;
  let from = Math.max(1, Math.floor(low / unit));
  let to = Math.max(1, Math.ceil(high / unit));
  if (inHours) [from, to] = [Math.max(1, from / 2), to / 2];
  const text = inHours
    ? from === to
      ? words.aboutHours
      : words.hours
    : from === to
      ? words.aboutMinutes
      : words.minutes;
  return text.replace('{low}', String(from)).replace('{high}', String(to));
}
