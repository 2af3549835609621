/** What is to be said of the two lines; empty while there is one. */
export function describeLines(lines, words) {
  if (!lines) return '';
  const key = lines.vipSharePercent > 0 ? lines.own : `${lines.own}Even`;
  return words[key].replace('{share}', String(lines.vipSharePercent));
}

// A format is dear to make, for the server above all, and there is one a language.
const formats = new Map();

/** With the language's separators; a dash for what is not known. */
export function formatCount(number, locale) {
  if (number === null) return '–';
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale);
    formats.set(locale, format);
  }
  return format.format(number);
}

/** VIPs count from `vipBase` on and are told their place in that. */
export function formatOwnNumber(number, { words, vipBase, locale }) {
  if (number === null || number <= vipBase) return formatCount(number, locale);
  return words.number.replace('{number}', formatCount(number - vipBase, locale));
}
