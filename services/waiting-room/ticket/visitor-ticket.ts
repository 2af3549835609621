import { parseCookies } from './cookie-header.ts';

export const ticketCookieName = 'visitor_ticket';

/** The longest a place can outlive its last sign of life (`visitorTTLMinutes` at most); older tickets help nobody. */
const maxAgeSec = 86_400;
const mostCandidates = 4;

export type Ticket = { event: string; epoch: number; number: number };

type TicketCookies = {
  sign(ticket: Ticket & { visitorId: string }): string;
  verify(value: string, visitorId: string): Ticket | undefined;
};

export type VisitorTickets = ReturnType<typeof createVisitorTickets>;

/** The `visitor_ticket` cookie: a visitor's number, so that a status poll needs no look-up. Never a proof of a place. */
export function createVisitorTickets({ cookies, event }: { cookies: TicketCookies; event: string }) {
  return {
    /** The ticket in a Cookie header, or undefined when there is none that is genuine, ours and of this event. */
    read(cookieHeader: string | undefined, visitorId: string): Ticket | undefined {
      for (const value of parseCookies(cookieHeader, ticketCookieName, mostCandidates)) {
        const ticket = cookies.verify(value, visitorId);
        if (ticket?.event === event) return ticket;
      }
      return undefined;
    },
    /** A Set-Cookie value that gives the ticket. */
    give(visitorId: string, place: { epoch: number; number: number }, isSecure: boolean): string {
      return format(cookies.sign({ visitorId, event, ...place }), maxAgeSec, isSecure);
    },
    /** A Set-Cookie value that takes the ticket away. */
    clear(isSecure: boolean): string {
      return format('', 0, isSecure);
    },
  };
}

function format(value: string, maxAge: number, isSecure: boolean): string {
  return `${ticketCookieName}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}
