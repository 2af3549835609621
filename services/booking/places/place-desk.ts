import { releasedHeader } from '@fairline/shared/contracts/internal-headers.ts';
import type { Settings } from '@fairline/shared/contracts/settings.ts';
import type { Identity } from '@fairline/shared/identity.ts';
import type { SafeConfirmOutcome } from '@fairline/shared/stores/line/safe-confirm.ts';
import type { LineStore, Standing } from '@fairline/shared/stores/line/store.ts';
import type { VisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import type { FastifyReply } from 'fastify';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Choice, choiceField, parseKeptChoice } from '../orders/choice.ts';

export type PlaceDesk = ReturnType<typeof createPlaceDesk>;

export type PlaceDeskOptions = {
  line: Pick<LineStore, 'readStanding' | 'cancel'> & {
    confirm(visitorId: string, order: string): Promise<SafeConfirmOutcome>;
  };
  visitors: Pick<VisitorStore, 'read' | 'writeSession'>;
  settings: () => Settings;
  catalogue: Catalogue;
  event: string;
};

/** What the routes know of a visitor: the place from the line, the choice from the visitor's record. */
export function createPlaceDesk({ line, visitors, settings, catalogue, event }: PlaceDeskOptions) {
  const field = choiceField(event);
  return {
    line,
    settings,

    async readChoice(visitorId: string): Promise<Choice | undefined> {
      const record = await visitors.read(visitorId);
      return parseKeptChoice(record?.session[field], catalogue);
    },

    /** Kept in the visitor's record, so that every instance finds it; for as long as visitors are remembered. */
    async keepChoice(visitorId: string, choice: Choice): Promise<void> {
      const ttlMs = settings().visitorTTLMinutes * 60_000;
      await visitors.writeSession(visitorId, { [field]: JSON.stringify(choice) }, ttlMs);
    },
  };
}

/** Tells the gateway that its copy is behind: it let in someone who holds no place any more. */
export function noteReleased(reply: FastifyReply, identity: Identity, standing: Standing): void {
  if (identity.isBooked && standing.kind !== 'booked') reply.header(releasedHeader, standing.seq);
}
