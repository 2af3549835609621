/** `GET /system/api/session` */
export type SessionAnswer = {
  event: string;
  name: string;
  role: 'viewer' | 'operator';
  /** Own clock of the process. `null` for a script's token. */
  endsAtMs: number | null;
  /** Goes back as header `x-csrf-token` with everything that changes something. `null` for a script's token. */
  csrfToken: string | null;
};
