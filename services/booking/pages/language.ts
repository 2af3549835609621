/** Languages of the pages; the first is the one for everyone else. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** `₩180,000`, in Korean `180,000원`. */
export function formatMoney(amount: number, currency: string, language: Language): string {
  if (currency === 'KRW' && language === 'ko') return `${amount.toLocaleString('ko-KR')}원`;
  return amount.toLocaleString(language, { style: 'currency', currency, maximumFractionDigits: 0 });
}

/** Day and weekday at the hall: `Saturday, March 20, 2027`. */
export function formatDate(timeMs: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone }).format(timeMs);
}

/** Time of day at the hall: `7:30 PM`. */
export function formatTime(timeMs: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone }).format(timeMs);
}

/** Time of day with the zone's name, for readers who may be in another one: `7:30 PM GMT+9`. */
export function formatZonedTime(timeMs: number, timeZone: string, language: Language): string {
  const format = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(language, format).format(timeMs);
}

/** Day and time, for an order: `Nov 22, 2026, 6:05 PM`. */
export function formatMoment(timeMs: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(timeMs);
}
