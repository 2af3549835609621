import { readFile } from 'node:fs/promises';
import type { Logger } from '@fairline/shared/logger.ts';
import {
  joinOperators,
  type Operator,
  type OperatorsReading,
  parseOperators,
  parseOperatorsFile,
} from './operators.ts';

export type OperatorBook = {
  /** Those of now. */
  operators(): ReadonlyMap<string, Operator>;
  /** Reads the file again. What is no good leaves the last good reading in force and is logged once. */
  reload(): Promise<void>;
};

/** Operators of the environment and of a file that may change while the process runs. `problems`: nobody is let in. */
export async function openOperatorBook({
  text,
  file,
  logger,
}: {
  text: string;
  file: string | undefined;
  logger: Logger;
}): Promise<{ book: OperatorBook; problems: string[] }> {
  const fixed = parseOperators(text);
  let lastText: string | undefined;
  let lastProblem = '';
  let current: ReadonlyMap<string, Operator> = fixed.operators;

  /** undefined: nothing has changed. */
  async function readAll(): Promise<OperatorsReading | undefined> {
    if (file === undefined) return undefined;
    const fileText = await readFile(file, 'utf8');
    if (fileText === lastText) return undefined;
    lastText = fileText;
    return joinOperators(fixed, parseOperatorsFile(fileText));
  }

  function note(problem: string, details: object): void {
    if (problem !== lastProblem && problem !== '') logger.error(details, 'OPERATORS_FILE is not in force as it stands');
    lastProblem = problem;
  }

  const book: OperatorBook = {
    operators: () => current,
    async reload() {
      try {
        const reading = await readAll();
        if (!reading) return;
        note(reading.problems.join('; '), { problems: reading.problems });
        if (reading.problems.length > 0) return;
        current = reading.operators;
        logger.info({ operators: current.size }, 'operators read again');
      } catch (error) {
        note(String(error), { err: error });
      }
    },
  };

  try {
    const first = (await readAll()) ?? fixed;
    current = first.operators;
    const problems = first.operators.size === 0 && first.problems.length === 0 ? [nobody] : first.problems;
    return { book, problems };
  } catch (error) {
    return { book, problems: [`OPERATORS_FILE cannot be read: ${error instanceof Error ? error.message : error}`] };
  }
}

const nobody = 'OPERATORS, OPERATORS_FILE: nobody may log in; `npm run operator:add` writes an entry';
