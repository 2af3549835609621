import { randomBytes } from 'node:crypto';

/** Odd, so that multiplying by it modulo 2³² hits every number once. */
const scatter = 0x9e3779b1;

/** Two hexadecimal digits each: the language takes long to write a number in another system than the decimal one. */
const bytes = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/**
 * Ids of requests, never the same twice within 2³² of them, nor from two processes. They are told to clients, so they do not
 * show how many requests there were. They are no secrets; a random UUID would cost several times as much.
 */
export function createRequestIds(prefix: string = randomBytes(8).toString('hex')): () => string {
  let count = Math.floor(Math.random() * 2 ** 32);
  return () => {
    count = (count + 1) | 0;
    const bits = Math.imul(count, scatter);
    const digits = `${byteOf(bits >>> 24)}${byteOf(bits >>> 16)}${byteOf(bits >>> 8)}${byteOf(bits)}`;
    return `${prefix}-${digits}`;
  };
}

function byteOf(bits: number): string {
  return bytes[bits & 255] ?? '';
}
