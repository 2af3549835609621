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

/**
 * The estimate as a time of day, in the browser's own time zone or the one given.
 *
 * @param {{ low: number, high: number }} seconds
 * @param {number} nowMs
 * @param {string} locale
 * @param {string} [timeZone]
 */
export function formatClock({ low, high }, nowMs, locale, timeZone) {
  const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone });
  return format.formatRange(nowMs + low * 1000, nowMs + high * 1000);
}

/**
 * Time left as `1:05`, above an hour as `1:02:05`.
 *
 * @param {number} ms
 */
export function formatCountdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
