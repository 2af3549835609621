import type { Clock } from '@fairline/shared/clock.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { runLoop } from '@fairline/shared/loop.ts';
import type { Metrics } from '@fairline/shared/metrics.ts';
import type { LineStore } from '@fairline/shared/stores/line/store.ts';
import { createLineGauges } from './line-gauges.ts';
import { noTails, noteTail, readWaitedMs, type TailHistory } from './waited.ts';

const everyMs = 1000;

/** Reads the line once a second for the metrics, whether this process leads or not. */
export function watchLine({
  line,
  settings,
  metrics,
  clock,
  signal,
  logger,
}: {
  /** On a connection that fails fast. */
  line: Pick<LineStore, 'readProgress'>;
  settings: () => Settings;
  metrics: Pick<Metrics, 'registry'>;
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  signal: AbortSignal;
  logger: Logger;
}): { stopped: Promise<void> } {
  const gauges = createLineGauges(metrics);
  let history: TailHistory = noTails;
  const look = async () => {
    const progress = await line.readProgress();
    const nowMs = clock.monotonicMs();
    history = noteTail(history, { atMs: nowMs, tail: progress.tail });
    const { maxBooking, admissions } = settings();
    const waitedMs = readWaitedMs(history, { head: progress.head, tail: progress.tail, nowMs });
    gauges.note(progress, { maxBooking, isOpen: admissions === 'open', waitedMs });
  };
  return runLoop({ name: 'line metrics', intervalMs: everyMs, clock, signal, logger, step: look });
}
