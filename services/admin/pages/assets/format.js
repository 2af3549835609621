/** How numbers, times and shares are written; the server's pages and the browser's scripts share it. */
export const unknown = '–';

const locales = { en: 'en-GB', ko: 'ko-KR' };

/** `units` are the words for s, min, h and d. */
export function createFormat(language, units) {
  const locale = locales[language] ?? locales.en;
  const glue = language === 'ko' ? '' : ' ';
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

  const number = (value) => (value === null ? unknown : whole.format(value));
  const part = (value, unit) => `${number(value)}${glue}${units[unit]}`;

  /** The two biggest units that say something. */
  function duration(seconds) {
    if (seconds === null) return unknown;
    const s = Math.max(0, Math.round(seconds));
    if (s < 60) return part(s, 's');
    const minutes = s < 600 ? Math.floor(s / 60) : Math.round(s / 60);
    if (minutes < 10 && s % 60 > 0) return `${part(minutes, 'min')} ${part(s % 60, 's')}`;
    if (minutes < 60) return part(minutes, 'min');
    const [big, small, count, size] =
      minutes < 1440 ? ['h', 'min', minutes, 60] : ['d', 'h', Math.round(minutes / 60), 24];
    const rest = count % size;
    return rest === 0 ? part(count / size, big) : `${part(Math.floor(count / size), big)} ${part(rest, small)}`;
  }

  return {
    number,
    duration,
    ratio: (value) => (value === null ? unknown : `${Math.round(value * 100)}\u00a0%`),
    milliseconds: (value) => (value === null ? unknown : `${number(value)} ms`),
    age: (ms) => (ms === null ? unknown : `${(ms / 1000).toFixed(1)}${glue}${units.s}`),
    perSecond: (value) => (value === null ? unknown : `${number(value)}/s`),
    megabytes: (bytes) => (bytes === null ? unknown : `${number(bytes / 1_000_000)} MB`),
    /** `14:05:09` in UTC: what a page without a script can say. */
    clock: (atMs) => (Number.isFinite(atMs) ? `${new Date(atMs).toISOString().slice(11, 19)} UTC` : unknown),
    moment: (atMs) =>
      Number.isFinite(atMs) ? `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC` : unknown,
  };
}

/** Puts values into the `{slots}` of a text; a slot without a value stays. */
export function fill(text, slots) {
  return text.replace(/\{(\w+)\}/g, (slot, name) => String(slots[name] ?? slot));
}
