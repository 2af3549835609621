import { Order } from '@fairline/shared/contracts/booking-state.ts';
import Value from 'typebox/value';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Choice, totalOf } from './choice.ts';

export { Order };

/** Digits and capitals that nobody mistakes for another when read aloud or written by hand: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V. */
export const orderAlphabet = '34679ACDEFGHJKMNPQRTWXY';

/**
 * Three groups of four, e.g. `FL-7K3M-9Q6D-4HTX`: 23^12 ids, so that even among ten million orders two alike are less likely
 * than one in a hundred. The id says nothing about who ordered or when.
 */
export function createOrderId(random: () => number): string {
  const group = () =>
    Array.from({ length: 4 }, () => orderAlphabet[Math.floor(random() * orderAlphabet.length)] ?? 'A').join('');
  return `FL-${group()}-${group()}-${group()}`;
}

export type OrderInput = {
  event: string;
  choice: Choice;
  catalogue: Catalogue;
  nowMs: number;
  random: () => number;
};

/** An order at today's prices. It counts only once the line store has confirmed it: an earlier one of the visitor stays. */
export function createOrder({ event, choice, catalogue, nowMs, random }: OrderInput): Order {
  return {
    id: createOrderId(random),
    event,
    section: choice.section,
    tickets: choice.tickets,
    total: totalOf(choice, catalogue),
    currency: catalogue.currency,
    createdAt: new Date(nowMs).toISOString(),
  };
}

/** Reads an order back; undefined when the text is none (orders outlive the code that wrote them). */
export function parseOrder(text: string): Order | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(Order, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
