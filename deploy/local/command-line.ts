import { parseArgs } from 'node:util';

/** What follows an option: nothing, or a value. */
export type OptionForm = 'flag' | 'value';

/**
 * Takes `--name value`, `--name=value` and flags without one (told as `1`), and `--help`; adds unknown options, missing
 * values and stray words to `problems`, so that all can be told at once.
 */
export function readCommandLine(
  argv: readonly string[],
  forms: Readonly<Record<string, OptionForm>>,
  problems: string[],
): Map<string, string> {
  const isFlag = (name: string) => forms[name] === 'flag';
  const config = Object.fromEntries(
    Object.keys(forms).map((name) => [name, { type: isFlag(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...config, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`${token.value}: not an option; see --help`);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') given.set('help', '');
    else if (!Object.hasOwn(forms, token.name)) problems.push(`${token.rawName}: no such option; see --help`);
    else if (isFlag(token.name) && token.value === undefined) given.set(token.name, '1');
    else if (token.value === undefined || token.value === '') problems.push(`${token.rawName}: needs a value`);
    else given.set(token.name, token.value);
  }
  return given;
}
