import { fullHeader } from '@fairline/shared/contracts/internal-headers.ts';

/**
 * What an answer says of the instance that gave it: `good`; `failure`, it could not do what it is there for; `full`, it
 * did nothing about the request for lack of room; `neutral`, nothing: it does not know the method, or asks to come later.
 */
export type AnswerKind = 'good' | 'failure' | 'full' | 'neutral';

export function readAnswerKind(status: number, rawHeaders: readonly string[]): AnswerKind {
  if (status < 500) return 'good';
  if (status === 501 || status === 505) return 'neutral';
  if (status !== 503) return 'failure';
  if (hasHeader(rawHeaders, fullHeader)) return 'full';
  return hasHeader(rawHeaders, 'retry-after') ? 'neutral' : 'failure';
}

function hasHeader(rawHeaders: readonly string[], lowerName: string): boolean {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === lowerName) return true;
  }
  return false;
}
