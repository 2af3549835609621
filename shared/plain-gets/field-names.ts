export type FieldName = {
  /** As sent. */
  readonly name: string;
  readonly lowerName: string;
  /** How its line begins, with the end of the line before it. */
  readonly lineStart: string;
};

/**
 * Names of headers. Most messages bring the same few; and a text cut out of a message is slow as the name of a property or the
 * key of a set, since it has to be compared with all names there are.
 */
const known = new Map<string, FieldName>();
const maxKnown = 500;

/** The name, in texts that are compared fast. */
export function fieldNameOf(name: string): FieldName {
  return known.get(name) ?? learn(name);
}

function learn(name: string): FieldName {
  // Texts of their own, not parts of a message that would be kept with them.
  const ownName = toKey(Buffer.from(name, 'latin1').toString('latin1'));
  const field = { name: ownName, lowerName: toKey(ownName.toLowerCase()), lineStart: toKey(`\r\n${ownName}: `) };
  if (known.size < maxKnown) known.set(field.name, field);
  return field;
}

/** The same text as the name of a property, of which there is only one. */
function toKey(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}
