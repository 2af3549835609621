/**
 * Why an attempt was not good: `notSent`, not a byte of the request left (refused, timed out while connecting); `noAnswer`,
 * not a byte of the answer came; `badAnswer`, the instance answered that it failed, and the client has seen nothing of it;
 * `full`, it answered that it is full and did nothing.
 */
export type Trouble = 'notSent' | 'noAnswer' | 'badAnswer' | 'full';

export type FailedAttempt = {
  trouble: Trouble;
  method: string;
  hasBody: boolean;
  /** Attempts so far, this one included. */
  attempts: number;
  maxAttempts: number;
  /** An attempt before this one was answered by a failure as well. */
  hadBadAnswer: boolean;
};

const idempotentMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/**
 * Whether a request may be sent to another instance. What was never sent may be sent again whatever it is, and what a full
 * instance turned away as long as no body was used up; what may have been acted upon, only when acting twice makes no
 * difference. A failure that two instances agree on is told as it is.
 */
export function canRetry({ trouble, method, hasBody, attempts, maxAttempts, hadBadAnswer }: FailedAttempt): boolean {
  if (attempts >= maxAttempts) return false;
  if (trouble === 'notSent') return true;
  if (hasBody) return false;
  if (trouble === 'full') return true;
  if (trouble === 'badAnswer' && hadBadAnswer) return false;
  return idempotentMethods.includes(method);
}
