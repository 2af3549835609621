export const maxAttempts = 3;

export type FailedAttempt = {
  method: string;
  hasBody: boolean;
  /** Not a byte of the request left: refused, timed out while connecting. */
  wasNotSent: boolean;
  /** Attempts so far, this one included. */
  attempts: number;
  /** Another instance is left to ask. */
  hasOther: boolean;
};

const idempotentMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/**
 * Whether to ask another instance after one failed before a byte of its answer. What was never sent may be sent again
 * whatever it is; what may have been acted upon only when acting twice makes no difference and no body was used up.
 */
export function decideRetry({ method, hasBody, wasNotSent, attempts, hasOther }: FailedAttempt): boolean {
  if (attempts >= maxAttempts || !hasOther) return false;
  return wasNotSent || (!hasBody && idempotentMethods.includes(method));
}
