import { closeSync, openSync, writeSync } from 'node:fs';
import { createIdentities } from '@fairline/shared/identity.ts';
import { createTicketCookies } from '@fairline/shared/ticket-cookie.ts';
import type { HeaderFile } from './http-load.ts';
import { visitorIdOf } from './line-under-test.ts';

export const secrets = { IDENTITY_SECRETS: 'i'.repeat(32), TICKET_SECRETS: 't'.repeat(32) };

const identities = createIdentities({ secrets: [secrets.IDENTITY_SECRETS] });
const ticketCookies = createTicketCookies({ secrets: [secrets.TICKET_SECRETS] });
const blocksAtOnce = 10_000;

/**
 * Writes what the gateway sends for `count` visitors from the index `from` on, one block of headers each, all equally long. With
 * `ticketEpoch` they bring the ticket of the number index + 1. Valid for the minute of writing and the two after it.
 */
export function writeHeaderFile({
  path,
  event,
  from,
  count,
  ticketEpoch,
}: {
  path: string;
  event: string;
  from: number;
  count: number;
  ticketEpoch: number | null;
}): HeaderFile {
  const minute = Math.floor(Date.now() / 60_000) + 1;
  const blockOf = (index: number): string => {
    const visitorId = visitorIdOf(index);
    const identity = identities.sign({ visitorId, event, isBooked: false, tier: 'standard' }, minute);
    if (ticketEpoch === null) return `x-fairline-visitor: ${identity}`;
    const ticket = ticketCookies.sign({ visitorId, event, epoch: ticketEpoch, number: index + 1 });
    return `x-fairline-visitor: ${identity}\r\nCookie: visitor_ticket=${ticket}`;
  };
  // Spaces at the end of a header say nothing, so they make blocks equally long.
  const blockBytes = blockOf(from + count - 1).length + 2;
  const file = openSync(path, 'w');
  for (let start = from; start < from + count; start += blocksAtOnce) {
    const length = Math.min(blocksAtOnce, from + count - start);
    const blocks = Array.from({ length }, (_, offset) => `${blockOf(start + offset).padEnd(blockBytes - 2)}\r\n`);
    writeSync(file, blocks.join(''), null, 'latin1');
  }
  closeSync(file);
  return { path, blockBytes, count };
}
