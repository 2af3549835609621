import { parseArgs } from 'node:util';

export type NumberOption = { default: number; min: number; max: number; help: string };
export type FlagOption = { default: false; help: string };
/** `choices`: only one of these, or none; without it any text. */
export type TextOption = { default: ''; choices?: readonly string[]; help: string };
type Options = Record<string, NumberOption | FlagOption | TextOption>;
type Values<T extends Options> = {
  [name in keyof T]: T[name] extends NumberOption ? number : T[name] extends TextOption ? string : boolean;
};

/** What a script is given to run with. */
export type Script<T extends Options> = {
  options: Values<T>;
  /** Steps run in the end, the last registered first, whatever happened. */
  after(step: () => Promise<unknown> | unknown): void;
  /** The first SIGINT or SIGTERM runs this instead of ending the script, which goes on to its end; the next one ends it. */
  onInterrupt(step: () => void): void;
};

/**
 * Runs a script that measures: its options, `--help`, and a tear-down that also happens on SIGINT and SIGTERM. Ends with
 * code 1 when `run` throws or says that a limit is broken, 2 when an option makes no sense.
 */
export async function runScript<const T extends Options>(
  { summary, options }: { summary: string; options: T },
  run: (script: Script<T>) => Promise<'ok' | 'broken'>,
): Promise<void> {
  const values = readOptions(summary, options);
  const steps: (() => Promise<unknown> | unknown)[] = [];
  let isEnding = false;
  const end = async (code: number) => {
    if (isEnding) return;
    isEnding = true;
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      }
    }
    process.exit(code);
  };
  let interrupt: (() => void) | undefined;
  const onSignal = (code: number) => {
    const first = interrupt;
    interrupt = undefined;
    if (first) first();
    else void end(code);
  };
  process.on('SIGINT', () => onSignal(130));
  process.on('SIGTERM', () => onSignal(143));
  try {
    const outcome = await run({
      options: values,
      after: (step) => steps.push(step),
      onInterrupt: (step) => {
        interrupt = step;
      },
    });
    await end(outcome === 'ok' ? 0 : 1);
  } catch (error) {
    if (!isEnding) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    await end(1);
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readOptions<T extends Options>(summary: string, options: T): Values<T> {
  const entries = Object.entries(options);
  const fail = (problem: string): never => {
    process.stderr.write(`${problem}; see --help\n`);
    return process.exit(2);
  };
  let given: Record<string, unknown> = {};
  try {
    given = parseArgs({
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(
          entries.map(([name, option]) => [name, { type: option.default === false ? 'boolean' : 'string' } as const]),
        ),
      },
    }).values;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  if (given.help) {
    const lines = entries.map(([name, option]) => {
      if (option.default === false) return `  --${name}  ${option.help}`;
      if ('min' in option)
        return `  --${name}=N  ${option.help} (${option.min}–${option.max}, default ${option.default})`;
      return `  --${name}=TEXT  ${option.help}${option.choices ? ` (${option.choices.join(', ')})` : ''}`;
    });
    say([summary, '', ...lines, ''].join('\n'));
    process.exit(0);
  }
  const values = entries.map(([name, option]) => {
    if (option.default === false) return [name, given[name] === true];
    if (!('min' in option)) {
      const text = given[name] === undefined ? '' : String(given[name]);
      if (text !== '' && option.choices && !option.choices.includes(text))
        fail(`--${name} must be one of ${option.choices.join(', ')}`);
      return [name, text];
    }
    const value = given[name] === undefined ? option.default : Number(given[name]);
    if (!(value >= option.min && value <= option.max)) fail(`--${name} must be ${option.min}–${option.max}`);
    return [name, value];
  });
  return Object.fromEntries(values) as Values<T>;
}
