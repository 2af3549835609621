import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type TestLike = { after(step: () => void): void };

/** A folder for this test alone, gone after it. */
export function makeFolder(t: TestLike): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A self-signed certificate for localhost and its key, in the files `<name>.crt` and `<name>.key` of the folder. */
export function makeCertificate(folder: string, name: string): { certFile: string; keyFile: string } {
  const files = { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const out = ['-nodes', '-days', '2', '-keyout', files.keyFile, '-out', files.certFile];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...out], { stdio: 'pipe' });
  return files;
}
