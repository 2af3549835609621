import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeBreach } from './history/breach.ts';
import { checkLaws } from './history/check-laws.ts';
import { parseHistory } from './history/records.ts';
import { tellStory } from './history/story.ts';

const help = `node loadtest/faults/check-history.ts [--all] FILE

Decides laws 1 to 6 of the line from a history: a file with one JSON object a line, what clients asked and were told, every
entry of booking:changes, and looks at the documented keys (history/records.ts says what a line holds). Needs no Redis and
knows nothing of the scripts. Prints each law that does not hold with the fewest events that show it.

  --all   every breach found; default: the one with the fewest events

Code 0: all laws hold. 1: a law is broken. 2: the file or an option makes no sense.
`;

function fail(problem: string): never {
  process.stderr.write(`${problem}; see --help\n`);
  process.exit(2);
}

function readArguments(): { file: string; isAll: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean' }, all: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) fail('name one file');
    return { file, isAll: values.all ?? false };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { file, isAll } = readArguments();
const history = await readFile(file, 'utf8')
  .then(parseHistory)
  .catch((error: Error) => fail(`${file}: ${error.message}`));
if (!history.some(({ kind }) => kind === 'run')) fail(`${file}: no line says which run this is`);

const { entries, lost, epochs } = tellStory(history);
const answers = history.filter(({ kind }) => kind === 'answered').length;
const breaches = checkLaws(history);
const loss = epochs.length > 0 ? `, ${lost.length} more were lost in ${epochs.length} new epochs` : '';
process.stdout.write(`${answers} answers, ${entries.length} changes${loss}\n`);
for (const breach of isAll ? breaches : breaches.slice(0, 1))
  process.stdout.write(`${describeBreach(breach, history)}\n`);
if (!isAll && breaches.length > 1) process.stdout.write(`and ${breaches.length - 1} more, with --all\n`);
if (breaches.length === 0) process.stdout.write('all laws hold\n');
process.exitCode = breaches.length === 0 ? 0 : 1;
