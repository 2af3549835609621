import { randomBytes } from 'node:crypto';

/** Odd, so that multiplying by it modulo 2³² hits every number once. */
const scatter = 0x9e3779b1;

/**
 * Ids of requests, never the same twice within 2³² of them, nor from two processes. They are told to clients, so they do not
 * show how many requests there were. They are no secrets; a random UUID would cost several times as much.
 */
export function createRequestIds(prefix: string = randomBytes(8).toString('hex')): () => string {
  let count = Math.floor(Math.random() * 2 ** 32);
  return () => {
    count = (count + 1) | 0;
    return `${prefix}-${(Math.imul(count, scatter) >>> 0).toString(36)}`;
  };
}
