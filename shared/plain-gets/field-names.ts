import { codeAt } from '../code-at.ts';

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

/** The name that was asked for last of all that share a slot: V8 makes a text unique before it asks a map for it. */
const lately = new Array<FieldName | undefined>(512).fill(undefined);

/** The name, in texts that are compared fast. */
export function fieldNameOf(name: string): FieldName {
  const slot = slotOf(name);
  const late = lately[slot];
  if (late?.name === name) return late;
  const field = known.get(name) ?? learn(name);
  lately[slot] = field;
  return field;
}

/** By its length and two of its characters; the factors were tried until nearly all of the usual names had slots of their own. */
function slotOf(name: string): number {
  const { length } = name;
  return (19 * length + 25 * codeAt(name, 0) + 97 * codeAt(name, length - 3)) & (lately.length - 1);
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
