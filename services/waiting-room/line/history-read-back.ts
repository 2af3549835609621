import type { LineMove, LineProgress, LineStore, MoveCounts } from '@fairline/shared/stores/line/store.ts';
import { type LineHistories, spanSec } from './admission-history.ts';

/** As long as changes are kept. */
const readBackMs = 300_000;

/**
 * Gives histories that have just begun what the kept changes tell of the minutes before `progress`. Changes after it are not
 * read: whoever follows them notes them.
 */
export async function readBackHistory({
  store,
  histories,
  progress,
}: {
  store: Pick<LineStore, 'readMoves'>;
  histories: LineHistories;
  progress: LineProgress;
}): Promise<void> {
  const moves: LineMove[] = [];
  let after = String(progress.nowMs - readBackMs);
  for (let isMore = true; isMore; ) {
    const page = await store.readMoves({ after, upTo: progress.lastChangeId });
    moves.push(...page.moves);
    after = page.lastStreamId;
    isMore = page.isMore;
  }
  const vips = moves.map(({ atMs, vip }) => ({ atMs, ...vip }));
  const lines = [
    { history: histories.public, moves, queued: progress.queued - progress.vip.queued },
    { history: histories.vip, moves: vips, queued: progress.vip.queued },
  ];
  for (const { history, moves, queued } of lines) {
    for (const { atMs, passed, left } of moves) history.note({ passed, left }, atMs);
    for (const { atMs, waiting } of countBack(moves, queued, progress.nowMs)) history.tick(atMs, waiting > 0, waiting);
  }
}

/**
 * How many waited at each span's end since the first move, newest first, from how many wait now. Whether the line was on hold
 * is not known of the past: a stop shows as a change of pace.
 */
function* countBack(
  moves: readonly (MoveCounts & { atMs: number })[],
  queued: number,
  nowMs: number,
): Generator<{ atMs: number; waiting: number }> {
  const spanMs = spanSec * 1000;
  const firstMs = moves[0]?.atMs ?? nowMs;
  let waiting = queued;
  let next = moves.length - 1;
  for (let atMs = nowMs; atMs >= firstMs; atMs = Math.floor(atMs / spanMs) * spanMs - 1) {
    for (; (moves[next]?.atMs ?? Number.NEGATIVE_INFINITY) > atMs; next--) {
      const move = moves[next];
      if (move) waiting += move.passed + move.left - move.joined;
    }
    yield { atMs, waiting: Math.max(0, waiting) };
  }
}
