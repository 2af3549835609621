import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export type CertificateFiles = { readonly certFile: string; readonly keyFile: string };

/** A certificate chain and its key as they were read, PEM, and known to fit together. */
export type Certificate = {
  readonly cert: string;
  readonly key: string;
  /** End of the validity of the first certificate of the chain, ms. */
  readonly validToMs: number;
};

export type CertificateReading =
  | { kind: 'certificate'; certificate: Certificate }
  | { kind: 'refused'; problems: string[] };

/** Older versions of TLS are refused. */
export const minTlsVersion = 'TLSv1.2';

/** Reads both files and tries whether they fit. The key is never part of a problem's text. */
export function readCertificate({ certFile, keyFile }: CertificateFiles): CertificateReading {
  const problems: string[] = [];
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      problems.push(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
      return undefined;
    }
  };
  const cert = read(certFile);
  const key = read(keyFile);
  if (cert === undefined || key === undefined) return { kind: 'refused', problems };
  try {
    createSecureContext({ cert, key, minVersion: minTlsVersion });
    const validToMs = new X509Certificate(cert).validToDate.getTime();
    return { kind: 'certificate', certificate: { cert, key, validToMs } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' ? 'they do not belong together' : message;
    return { kind: 'refused', problems: [`${certFile} and ${keyFile} cannot be used: ${reason}`] };
  }
}
