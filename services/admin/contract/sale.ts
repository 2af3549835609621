/** `GET /system/api/sale`: what a new sale would end. */
export type SaleAnswer = {
  event: string;
  epoch: number;
  /** Only while admissions are `closed`. */
  isPossible: boolean;
  waiting: number;
  aside: number;
  /** Places still held: refused unless `endPlaces` is said. */
  booked: number;
  confirmed: number;
  /** Rows of the journal, about. */
  journeys: number;
  /** Who took the files of this sale last, as far as the newest 200 entries of the log tell. */
  taken: { journeys: TakenFile | null; orders: TakenFile | null };
  /** Sales that were archived, newest first. */
  archives: readonly ArchiveLine[];
};

export type TakenFile = { atMs: number; who: string };

export type ArchiveLine = {
  /** Counts from 1; part of `/system/api/sales/<sale>/orders.csv` and `…/journeys.csv`. */
  sale: number;
  endedAtMs: number;
  who: string;
  epoch: number;
  joined: number;
  admitted: number;
  confirmed: number;
  /** Who waited and who held a place when it was ended. */
  waiting: number;
  booked: number;
  /** Rows of the file of journeys, about; null of a sale that was ended before this was noted. */
  journeys: number | null;
  /** Keys under `booking:archive:<sale>:`; null likewise. */
  keys: number | null;
};

/**
 * `POST /system/api/sale`: 400 SALE_NAME when `event` is not the event's name, 409 SALE_NOT_CLOSED, SALE_PLACES_HELD or
 * SALE_CHANGED (another epoch than was looked at).
 */
export type NewSaleBody = { event: string; epoch: number; endPlaces: boolean };

/** `sale`: the number under which the old one is kept. */
export type NewSaleAnswer = {
  sale: number;
  epoch: number;
  /** Keys that were renamed, at most sixteen; rows of the files that can be taken of the old sale. */
  archivedKeys: number;
  orders: number;
  journeys: number;
};
