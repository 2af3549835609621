import type { Logger } from '@fairline/shared/logger.ts';
import type { AuditEntry, AuditStore } from '@fairline/shared/stores/audit/store.ts';

/** Writes down what an operator did. Never rejects: the change itself has been made. */
export type Audit = (entry: AuditEntry) => Promise<void>;

/** To the log always, and to the audit stream; what Redis does not take is told as an error in the log. */
export function createAudit({ store, logger }: { store: Pick<AuditStore, 'append'>; logger: Logger }): Audit {
  return async (entry) => {
    logger.info({ audit: entry }, 'operator action');
    try {
      await store.append(entry);
    } catch (error) {
      logger.error({ err: error, audit: entry }, 'operator action could not be written to the audit stream');
    }
  };
}
