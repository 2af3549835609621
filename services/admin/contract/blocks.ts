export type BlockLine = {
  kind: 'visitor' | 'net';
  value: string;
  /** null: until it is taken back. */
  untilMs: number | null;
  reason: string;
  /** `auto` or an operator's name; empty for one that was written into Redis by hand. */
  who: string;
  isAutomatic: boolean;
  /** When it was made; null for one written by hand. */
  atMs: number | null;
  /** How often a rule blocked this target of late; 0 for an operator's word. */
  times: number;
};

/** `GET /system/api/blocks?limit=200` (1–1000) */
export type BlocksAnswer = { total: number; blocks: readonly BlockLine[] };

/** `POST /system/api/blocks`; a network is `203.0.113.7/32`, `2001:db8::/64`. */
export type BlockBody = { kind: 'visitor' | 'net'; value: string; minutes: number; reason: string };

/** `DELETE /system/api/blocks` */
export type UnblockBody = { kind: 'visitor' | 'net'; value: string };
