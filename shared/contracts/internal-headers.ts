/**
 * Headers between our own rooms. The gateway drops every `x-fairline-*` header from clients and towards clients, and
 * believes the hand-over headers only from instances of the rooms that may send them.
 */
export const internalHeaderPrefix = 'x-fairline-';
/** Gateway to room: who asks, signed (see identity.ts). */
export const identityHeader = 'x-fairline-visitor';
/** Gateway to room: the instance id of the gateway that sends the request. */
export const gatewayHeader = 'x-fairline-gateway';
/** Waiting-room to gateway: this visitor holds a place. */
export const bookedHeader = 'x-fairline-booked';
/** Booking or waiting-room to gateway: this visitor holds no place any more. */
export const releasedHeader = 'x-fairline-released';
/** Gateway to waiting-room, `1`: the visitor holds a place, but no booking instance is there to serve it. */
export const noCapacityHeader = 'x-fairline-no-capacity';
/** Any room to gateway, `1`, on a 503: this instance is full, not sick, and did nothing about the request. */
export const fullHeader = 'x-fairline-full';

export type BookedNote = {
  /** `seq` of the change that gave the place, or of the moment it was read. */
  seq: number;
  /** End of the place in ms of Redis time; null when it is kept for good. */
  leaseEndsAtMs: number | null;
};

/** `<seq>;<lease end ms>`, or `<seq>;inf` for a place without an end. */
export function formatBookedNote(note: BookedNote): string {
  return `${note.seq};${note.leaseEndsAtMs ?? 'inf'}`;
}

/** undefined when the text is not of that form. */
export function parseBookedNote(text: string): BookedNote | undefined {
  const match = /^(\d{1,15});(\d{1,15}|inf)$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return { seq: Number(match[1]), leaseEndsAtMs: match[2] === 'inf' ? null : Number(match[2]) };
}

/** `<seq>` of the change that ended the place; undefined when the text is not a number. */
export function parseReleasedNote(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
