import type { Writable } from 'node:stream';
import type { CrowdNow } from './crowd.ts';
import { type ProgressFacts, renderBlock, renderLine } from './progress-view.ts';

const blockEveryMs = 1000;
const lineEveryMs = 5000;
const upAndClear = (lines: number) => `\u001b[${lines}A\u001b[0J`;

/**
 * Shows how it goes until it is stopped: on a terminal one block that is written over each second, else a line every few
 * seconds. `stop` leaves the last state standing.
 */
export function showProgress(
  look: () => CrowdNow,
  {
    output,
    isTerminal,
    columns,
    visitors,
    wholeMs,
  }: { output: Writable; isTerminal: boolean; columns(): number; visitors: number; wholeMs: number },
) {
  let before = { elapsedMs: 0, requests: 0 };
  let height = 0;

  function show(): void {
    const now = look();
    const spanSec = Math.max(0.001, (now.elapsedMs - before.elapsedMs) / 1000);
    const facts: ProgressFacts = { now, requestsPerSec: (now.requests - before.requests) / spanSec, visitors, wholeMs };
    before = now;
    if (!isTerminal) {
      output.write(`${renderLine(facts)}\n`);
      return;
    }
    const lines = renderBlock(facts, columns());
    output.write(`${height > 0 ? upAndClear(height) : ''}${lines.join('\n')}\n`);
    height = lines.length;
  }

  const timer = setInterval(show, isTerminal ? blockEveryMs : lineEveryMs);
  return {
    stop(): void {
      clearInterval(timer);
      show();
    },
  };
}
