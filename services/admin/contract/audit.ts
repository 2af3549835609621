/** `GET /system/api/audit?before=<id>&limit=50` (1–200): older than `before`, newest first. */
export type AuditAnswer = {
  entries: readonly AuditLine[];
  /** `before` of the next page; null at the end. */
  next: string | null;
};

export type AuditLine = {
  id: string;
  atMs: number;
  who: string;
  /**
   * `settings` `instance` `admit` `release` `revoke` `block` `unblock` `tier` `scaling` `sale` `archive` `export` `operators`.
   */
  what: string;
  subject: string;
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
};
