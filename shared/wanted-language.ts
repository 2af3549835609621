/**
 * Which of `languages` (`en`, `ko` …) an `Accept-Language` header wants most; the first of them when it wants none. Never
 * throws, whatever the header says.
 */
export function pickLanguage<Language extends string>(
  acceptLanguage: string | undefined,
  languages: readonly [Language, ...Language[]],
): Language {
  let best = languages[0];
  let bestQuality = 0;
  for (const entry of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const weight = parameters.find((parameter) => parameter.trim().startsWith('q='));
    const quality = weight ? Number(weight.trim().slice(2)) : 1;
    const language = languages.find((candidate) => candidate === tag.split('-')[0]?.trim());
    if (language && quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}
