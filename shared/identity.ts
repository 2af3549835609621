import { createSigner } from './signed-text.ts';
import { eventPattern } from './stores/keys.ts';

/** Who asks, as rooms learn it from the gateway in `x-fairline-visitor`. */
export type Identity = {
  visitorId: string;
  event: string;
  /** Whether the gateway's copy has the visitor in the booked set. */
  isBooked: boolean;
  tier: string;
};

export type Identities = {
  /** The header for a minute of Redis time. The same for the same arguments, so it can be kept for the minute. */
  sign(identity: Identity, minute: number): string;
  /** The identity, when the header is ours and not old; undefined otherwise. Never throws. */
  verify(header: string | undefined, minute: number): Identity | undefined;
};

const maxCharacters = 256;
const idForm = /^[A-Za-z0-9_-]{1,64}$/;
const tierForm = /^[a-z][a-z0-9-]{0,31}$/;
const form =
  /^(v1\.([A-Za-z0-9_-]{1,64})\.([a-z0-9][a-z0-9-]{0,62})\.([01])\.([a-z][a-z0-9-]{0,31})\.(\d{1,12}))\.([A-Za-z0-9_-]{43})$/;

/**
 * The signed identity: `v1.<id>.<event>.<booked 0|1>.<tier>.<minute>.<mac>`, the MAC over all before the last dot. Valid
 * for its minute and the next one; also one minute early, as reader and signer sample the time of Redis by themselves.
 */
export function createIdentities({ secrets }: { secrets: readonly string[] }): Identities {
  const signer = createSigner(secrets);
  // Nearly all visitors of a minute share what comes behind their ids: it is checked and put together when it changes.
  let last: (Omit<Identity, 'visitorId'> & { minute: number; tail: string }) | undefined;

  function describeRest({ event, isBooked, tier }: Identity, minute: number): string {
    if (last?.minute === minute && last.event === event && last.isBooked === isBooked && last.tier === tier) {
      return last.tail;
    }
    if (!eventPattern.test(event)) throw new TypeError(`not an event id: ${JSON.stringify(event)}`);
    if (!tierForm.test(tier)) throw new TypeError(`not a tier: ${JSON.stringify(tier)}`);
    if (!Number.isSafeInteger(minute) || minute < 0) throw new TypeError(`not a minute: ${minute}`);
    const tail = `${event}.${isBooked ? '1' : '0'}.${tier}.${minute}`;
    last = { event, isBooked, tier, minute, tail };
    return tail;
  }

  return {
    sign: (identity, minute) => {
      const { visitorId } = identity;
      if (!idForm.test(visitorId)) throw new TypeError(`not a visitor id: ${JSON.stringify(visitorId)}`);
      const text = `v1.${visitorId}.${describeRest(identity, minute)}`;
      return `${text}.${signer.sign(text)}`;
    },
    verify: (header, minute) => {
      if (header === undefined || header.length > maxCharacters) return undefined;
      const [, text, visitorId, event, booked, tier, signedMinute, signature] = form.exec(header) ?? [];
      if (!text || !visitorId || !event || !booked || !tier || !signedMinute || !signature) return undefined;
      if (Math.abs(Number(signedMinute) - minute) > 1) return undefined;
      if (signer.findSecret(text, signature) === -1) return undefined;
      return { visitorId, event, isBooked: booked === '1', tier };
    },
  };
}
