import type { Clock } from '@fairline/shared/clock.ts';
import type { Logger } from '@fairline/shared/logger.ts';
import { type Loop, runLoop } from '@fairline/shared/loop.ts';
import { type Certificate, type CertificateFiles, type CertificateReading, readCertificate } from './certificate.ts';

/**
 * Looking beats being told: it also sees files that are replaced by renaming, behind links, or far away. The two are
 * never written at one moment, so a change counts once it has stood still from one look to the next.
 */
const lookIntervalMs = 1000;

/**
 * Hands over a new pair whenever the files hold another one that fits together. A pair that does not is logged once,
 * and the one in use stays.
 */
export function watchCertificate({
  files,
  current,
  clock,
  signal,
  logger,
  onNew,
}: {
  files: CertificateFiles;
  /** The pair in use. */
  current: Certificate;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
  onNew(certificate: Certificate): void;
}): Loop {
  let judged = textOf({ kind: 'certificate', certificate: current });
  let lastSeen = judged;

  function look(): void {
    const reading = readCertificate(files);
    const seen = textOf(reading);
    const isSettled = seen === lastSeen;
    lastSeen = seen;
    if (!isSettled || seen === judged) return;
    judged = seen;
    if (reading.kind === 'refused') {
      logger.error({ problems: reading.problems }, 'new certificate refused, the one in use stays');
      return;
    }
    onNew(reading.certificate);
    logger.info({ validTo: new Date(reading.certificate.validToMs).toISOString() }, 'new certificate in use');
  }

  return runLoop({ name: 'certificate', intervalMs: lookIntervalMs, clock, signal, logger, step: look });
}

/** Another text whenever the outcome of a look is another one. */
function textOf(reading: CertificateReading): string {
  if (reading.kind === 'refused') return reading.problems.join('\n');
  return `${reading.certificate.cert}\n${reading.certificate.key}`;
}
