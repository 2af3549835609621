import type { Place } from './booked-copy.ts';

/**
 * Flat memory for what is known of visitors, `recordBytes` each, which the collector never looks at; seen as bytes and as
 * numbers of 16, 32 and 64 bits.
 */
export type VisitorMemory = {
  readonly bytes: Buffer;
  readonly shorts: Uint16Array;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
};

/** A record: the id's four words, the signature's characters, then numbers at these places, counted in their own size. */
export const recordBytes = 96;
export const signatureByte = 16;
export const signatureCharacters = 43;
const flagsByte = 59;
const requestsShort = 30;
const minuteShort = 31;
const touchedDouble = 8;
const renewedDouble = 9;
const placeDouble = 10;
const dayInt = 22;
const holderInt = 23;
const maxShort = 2 ** 16 - 1;
const shortsPerRecord = recordBytes / Uint16Array.BYTES_PER_ELEMENT;
const intsPerRecord = recordBytes / Int32Array.BYTES_PER_ELEMENT;
const doublesPerRecord = recordBytes / Float64Array.BYTES_PER_ELEMENT;

const currentSecretFlag = 1;
const pendingFlag = 2;
/** No place has a number below 0. */
const noPlace = -1;
const never = Number.NEGATIVE_INFINITY;

export function createVisitorMemory(records: number): VisitorMemory {
  // The system gives memory when it is written to, not before.
  const memory = new ArrayBuffer(records * recordBytes);
  return {
    bytes: Buffer.from(memory),
    shorts: new Uint16Array(memory),
    ints: new Int32Array(memory),
    doubles: new Float64Array(memory),
  };
}

/** Makes a record somebody's about whom nothing is known yet; who had it before has it no more. */
export function clearRecord(
  { bytes, shorts, ints, doubles }: VisitorMemory,
  slot: number,
  isCurrentSecret: boolean,
): void {
  bytes[slot * recordBytes + flagsByte] = isCurrentSecret ? currentSecretFlag : 0;
  const short = slot * shortsPerRecord;
  shorts[short + requestsShort] = 0;
  shorts[short + minuteShort] = 0;
  const int = slot * intsPerRecord;
  ints[int + dayInt] = -1;
  ints[int + holderInt] = (ints[int + holderInt] ?? 0) + 1;
  const double = slot * doublesPerRecord;
  doubles[double + touchedDouble] = never;
  doubles[double + renewedDouble] = never;
  doubles[double + placeDouble] = noPlace;
}

/**
 * What this gateway remembers of a visitor whose cookie came back: a view of a record, made for one request. When the record
 * has become somebody else's meanwhile, nothing is known any more, and what is noted is lost.
 */
export class KnownVisitor {
  /** A text of its own: it may be kept for longer than the request. */
  readonly visitorId: string;
  /** Number of the record. */
  readonly slot: number;
  readonly #memory: VisitorMemory;
  readonly #holder: number;

  constructor(memory: VisitorMemory, slot: number, visitorId: string) {
    this.visitorId = visitorId;
    this.slot = slot;
    this.#memory = memory;
    this.#holder = memory.ints[slot * intsPerRecord + holderInt] ?? 0;
  }

  /** The cookie that came back was signed with the secret of today. */
  get isCurrentSecret(): boolean {
    return this.#hasFlag(currentSecretFlag);
  }

  /** The value that came back. */
  get cookieValue(): string {
    const start = this.slot * recordBytes + signatureByte;
    return `${this.visitorId}.${this.#memory.bytes.toString('latin1', start, start + signatureCharacters)}`;
  }

  /** Day on which this gateway last sent the cookie again, so that its Max-Age starts anew once a day; -1 before. */
  get renewedDay(): number {
    return this.#readInt(dayInt, -1);
  }
  set renewedDay(day: number) {
    this.#writeInt(dayInt, day);
  }

  /** Monotonic time of the last record written; -Infinity before the first. */
  get touchedAtMs(): number {
    return this.#readDouble(touchedDouble, never);
  }
  set touchedAtMs(ms: number) {
    this.#writeDouble(touchedDouble, ms);
  }

  /** Counted up to 65 535. */
  get requestsSinceTouch(): number {
    return this.#readShort(requestsShort);
  }
  set requestsSinceTouch(requests: number) {
    this.#writeShort(requestsShort, Math.min(requests, maxShort));
  }

  /** True the first time in this minute, or thereabouts: it is not told from one 45 days away. */
  isFirstInMinute(minute: number): boolean {
    const short = minute & maxShort;
    if (this.#readShort(minuteShort) === short) return false;
    this.#writeShort(minuteShort, short);
    return true;
  }

  /** The place that this gateway claimed last; undefined before. */
  get claimedPlace(): Place | undefined {
    const place = this.#readDouble(placeDouble, noPlace);
    return place === noPlace ? undefined : place;
  }
  set claimedPlace(place: Place) {
    this.#writeDouble(placeDouble, place);
  }

  /** Monotonic time when it was last told to Redis that the place is used, or is to be; -Infinity before. */
  get renewedAtMs(): number {
    return this.#readDouble(renewedDouble, never);
  }
  set renewedAtMs(ms: number) {
    this.#writeDouble(renewedDouble, ms);
  }

  /** Still to be told. */
  get isRenewalPending(): boolean {
    return this.#hasFlag(pendingFlag);
  }
  set isRenewalPending(isPending: boolean) {
    if (!this.#isHolder()) return;
    const at = this.slot * recordBytes + flagsByte;
    const others = (this.#memory.bytes[at] ?? 0) & ~pendingFlag;
    this.#memory.bytes[at] = isPending ? others | pendingFlag : others;
  }

  #isHolder(): boolean {
    return this.#memory.ints[this.slot * intsPerRecord + holderInt] === this.#holder;
  }

  #hasFlag(flag: number): boolean {
    return this.#isHolder() && ((this.#memory.bytes[this.slot * recordBytes + flagsByte] ?? 0) & flag) !== 0;
  }

  #readShort(at: number): number {
    return this.#isHolder() ? (this.#memory.shorts[this.slot * shortsPerRecord + at] ?? 0) : 0;
  }

  #writeShort(at: number, value: number): void {
    if (this.#isHolder()) this.#memory.shorts[this.slot * shortsPerRecord + at] = value;
  }

  #readInt(at: number, otherwise: number): number {
    return this.#isHolder() ? (this.#memory.ints[this.slot * intsPerRecord + at] ?? otherwise) : otherwise;
  }

  #writeInt(at: number, value: number): void {
    if (this.#isHolder()) this.#memory.ints[this.slot * intsPerRecord + at] = value;
  }

  #readDouble(at: number, otherwise: number): number {
    return this.#isHolder() ? (this.#memory.doubles[this.slot * doublesPerRecord + at] ?? otherwise) : otherwise;
  }

  #writeDouble(at: number, value: number): void {
    if (this.#isHolder()) this.#memory.doubles[this.slot * doublesPerRecord + at] = value;
  }
}
