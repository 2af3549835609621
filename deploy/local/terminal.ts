import type { Writable } from 'node:stream';
import { formatLogLine } from './log-lines.ts';

const ownName = 'fairline';

export type Terminal = ReturnType<typeof createTerminal>;

/** Where everything is told: one prefix for each process, and one for the launcher's own words. */
export function createTerminal({
  output,
  isColoured,
  nameWidth,
}: {
  output: Writable;
  isColoured: boolean;
  /** Of the longest name to come. */
  nameWidth: number;
}) {
  // A closed terminal or pipe must not stop the processes: what is told is lost, the stop comes as a signal.
  output.on('error', () => {});
  const width = Math.max(nameWidth, ownName.length);

  function line(name: string, styleIndex: number, text: string): void {
    output.write(`${formatLogLine({ name, width, styleIndex }, text, isColoured)}\n`);
  }

  return {
    /** One line of the output of a process. */
    line,
    /** One line of the launcher's own. */
    say(text: string): void {
      line(ownName, 0, text);
    },
    box(lines: readonly string[]): void {
      output.write(`${drawBox(lines)}\n`);
    },
  };
}

export function drawBox(lines: readonly string[]): string {
  const width = Math.max(0, ...lines.map((text) => text.length));
  const rows = lines.map((text) => `│ ${text.padEnd(width)} │`);
  const edge = '─'.repeat(width + 2);
  return [`┌${edge}┐`, ...rows, `└${edge}┘`].join('\n');
}
