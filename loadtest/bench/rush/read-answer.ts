import type { VisitorStatusWord } from '@fairline/shared/contracts/visitor-status.ts';
import { ticketCookieName } from '@fairline/shared/ticket-cookie.ts';

export type StatusAnswer = {
  status: VisitorStatusWord;
  number: number | null;
  refreshAfterSeconds: number;
  /** The value of the ticket cookie, when a new one came. */
  ticket: string | undefined;
};

const ticketForm = new RegExp(`\\r\\nset-cookie: *${ticketCookieName}=([^;\\r\\n]+)`, 'i');

/** Head and body of an answer that tells where a visitor stands; undefined when the body is none such. */
export function readStatusAnswer(text: string): StatusAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  try {
    const body = JSON.parse(text.slice(headEnd + 4));
    if (typeof body.status !== 'string' || !(body.refreshAfterSeconds >= 1)) return undefined;
    const { status, number, refreshAfterSeconds } = body;
    return { status, number, refreshAfterSeconds, ticket: ticketForm.exec(text.slice(0, headEnd))?.[1] };
  } catch {
    return undefined;
  }
}

/** What the server asks to wait before the next try, in ms. */
export function readRetryMs(text: string): number | undefined {
  const seconds = /\r\nretry-after: *(\d{1,4})\r\n/i.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
