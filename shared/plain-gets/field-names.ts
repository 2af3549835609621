/**
 * Names of headers as sent, each with its lower case. Most messages bring the same few; and a text cut out of a message is slow
 * as the name of a property or the key of a set, since it has to be compared with all names there are.
 */
const lowerNames = new Map<string, string>();
const maxLearned = 500;

export function lowerNameOf(name: string): string {
  return lowerNames.get(name) ?? learnName(name);
}

function learnName(name: string): string {
  const lowerName = name.toLowerCase();
  if (lowerNames.size < maxLearned) {
    // Texts of their own, not parts of a message that would be kept with them.
    lowerNames.set(Buffer.from(name, 'latin1').toString('latin1'), Object.keys({ [lowerName]: true })[0] ?? lowerName);
  }
  return lowerName;
}
