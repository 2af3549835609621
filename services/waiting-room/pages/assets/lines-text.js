/** What is to be said of the two lines; empty while there is one. */
export function describeLines(lines, words) {
  if (!lines) return '';
  const key = lines.vipSharePercent > 0 ? lines.own : `${lines.own}Even`;
  return words[key].replace('{share}', String(lines.vipSharePercent));
}

/** VIPs count from `vipBase` on and are told their place in that. */
export function formatOwnNumber(number, { words, vipBase, locale }) {
  if (number === null) return '–';
  if (number <= vipBase) return number.toLocaleString(locale);
  return words.number.replace('{number}', (number - vipBase).toLocaleString(locale));
}
