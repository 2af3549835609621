/** Languages of the pages; the first is the one for everyone else. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

type Format = { format(value: number): string };

/**
 * Making a format costs some 50 µs and memory that the collector does not see, so each is made once: there are as many as
 * languages times what the catalogue names.
 */
const formats = new Map<string, Format>();

function keep(key: string, make: () => Format): Format {
  let format = formats.get(key);
  if (!format) {
    format = make();
    formats.set(key, format);
  }
  return format;
}

/** `₩180,000`, in Korean `180,000원`. */
export function formatMoney(amount: number, currency: string, language: Language): string {
  const isWon = currency === 'KRW' && language === 'ko';
  const format = keep(`money ${language} ${currency}`, () =>
    isWon
      ? new Intl.NumberFormat(language)
      : new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 0 }),
  );
  return isWon ? `${format.format(amount)}원` : format.format(amount);
}

const styles = {
  date: { dateStyle: 'full' },
  time: { timeStyle: 'short' },
  zonedTime: { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
  moment: { dateStyle: 'medium', timeStyle: 'short' },
} as const;

function formatAt(style: keyof typeof styles, timeMs: number, timeZone: string, language: Language): string {
  const make = () => new Intl.DateTimeFormat(language, { ...styles[style], timeZone });
  return keep(`${style} ${language} ${timeZone}`, make).format(timeMs);
}

/** Day and weekday at the hall: `Saturday, March 20, 2027`. */
export function formatDate(timeMs: number, timeZone: string, language: Language): string {
  return formatAt('date', timeMs, timeZone, language);
}

/** Time of day at the hall: `7:30 PM`. */
export function formatTime(timeMs: number, timeZone: string, language: Language): string {
  return formatAt('time', timeMs, timeZone, language);
}

/** Time of day with the zone's name, for readers who may be in another one: `7:30 PM GMT+9`. */
export function formatZonedTime(timeMs: number, timeZone: string, language: Language): string {
  return formatAt('zonedTime', timeMs, timeZone, language);
}

/** Day and time, for an order: `Nov 22, 2026, 6:05 PM`. */
export function formatMoment(timeMs: number, timeZone: string, language: Language): string {
  return formatAt('moment', timeMs, timeZone, language);
}
