import type { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import type { Look } from './look.ts';
import { renderWaitingPage } from './waiting-page.ts';
import type { Words } from './words/pick-words.ts';

/** For a phone on a bad line: the waiting page with everything it loads, not compressed. */
export const mostPageBytes = 30 * 1024;

const sample: VisitorStatus = {
  status: 'waiting',
  number: 1_005_678,
  position: 1_001_234,
  waiting: 1_040_000,
  etaSeconds: { low: 6600, high: 10_200 },
  refreshAfterSeconds: 25,
  leaseEndsAt: null,
  message: null,
  updatedAt: '2026-11-22T09:00:00.000Z',
};

/** Bytes of the waiting page in one language, without an operators' message, with style, script and logo. */
export function weighPage(look: Look, words: Words): number {
  const page = renderWaitingPage({ status: sample, words, look, claimSeconds: 60, streamsFor: 'front' });
  return [page, look.style.body, look.script.body, look.logo?.body ?? ''].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
}
