import { createSigner } from './signed-text.ts';
import { eventPattern } from './stores/keys.ts';

export const ticketCookieName = 'visitor_ticket';

/** What a visitor drew when joining: their number in a sale, and the epoch of the line it was drawn in. */
export type Ticket = { event: string; epoch: number; number: number };

export type TicketCookies = {
  sign(ticket: Ticket & { visitorId: string }): string;
  /** The ticket, when it was signed by us for this very visitor; undefined otherwise. Never throws. */
  verify(value: string | undefined, visitorId: string): Ticket | undefined;
};

const maxCharacters = 192;
const form = /^(t1\.([a-z0-9-]{1,63})\.(\d{1,15})\.(\d{1,15}))\.([A-Za-z0-9_-]{43})$/;

/**
 * The `visitor_ticket` cookie: `t1.<event>.<epoch>.<number>.<mac>`. The signature covers the visitor's id as well, which
 * the value does not repeat: a ticket is worth nothing to anyone else.
 */
export function createTicketCookies({ secrets }: { secrets: readonly string[] }): TicketCookies {
  const signer = createSigner(secrets);
  const bind = (text: string, visitorId: string) => `${text}.${visitorId}`;
  return {
    sign: ({ visitorId, event, epoch, number }) => {
      if (!eventPattern.test(event)) throw new TypeError(`not an event id: ${JSON.stringify(event)}`);
      if (!Number.isSafeInteger(epoch) || epoch < 0) throw new TypeError(`not an epoch: ${epoch}`);
      if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`not a number of a line: ${number}`);
      const text = `t1.${event}.${epoch}.${number}`;
      return `${text}.${signer.sign(bind(text, visitorId))}`;
    },
    verify: (value, visitorId) => {
      if (value === undefined || value.length > maxCharacters) return undefined;
      const [, text, event, epoch, number, signature] = form.exec(value) ?? [];
      if (!text || !event || !epoch || !number || !signature) return undefined;
      if (signer.findSecret(bind(text, visitorId), signature) === -1) return undefined;
      return { event, epoch: Number(epoch), number: Number(number) };
    },
  };
}
