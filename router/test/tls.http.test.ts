import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { createLogger } from '@fairline/shared/logger.ts';
import { createManualClock } from '@fairline/shared/testing/manual-clock.ts';
import t from 'tap';
import { createPublicListener, useCertificate } from '../public-listener.ts';
import { type Certificate, type CertificateFiles, readCertificate } from '../tls/certificate.ts';
import { watchCertificate } from '../tls/certificate-watcher.ts';
import { makeCertificate, makeFolder } from './make-certificate.ts';

const folder = makeFolder(t);
const first = makeCertificate(folder, 'first');
const second = makeCertificate(folder, 'second');

function read(files: CertificateFiles): Certificate {
  const reading = readCertificate(files);
  if (reading.kind === 'refused') throw new Error(reading.problems.join('\n'));
  return reading.certificate;
}

t.test('a certificate: a pair that fits, and every way in which one does not', async (t) => {
  t.ok(read(first).validToMs > Date.now());
  t.match(readCertificate({ certFile: first.certFile, keyFile: second.keyFile }), {
    kind: 'refused',
    problems: [/cannot be used: they do not belong together/],
  });
  t.match(readCertificate({ certFile: join(folder, 'a'), keyFile: join(folder, 'b') }), {
    kind: 'refused',
    problems: [/a cannot be read \(ENOENT\)/, /b cannot be read \(ENOENT\)/],
  });
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  t.match(readCertificate({ certFile: empty, keyFile: first.keyFile }), { kind: 'refused' });
  const swapped = readCertificate({ certFile: first.keyFile, keyFile: first.certFile });
  t.match(swapped, { kind: 'refused' });
  t.notMatch(JSON.stringify(swapped), readFileSync(first.keyFile, 'utf8').split('\n')[1], 'the key is not shown');
});

t.test('a changed pair is used once it stands still; a bad one is told once and the old one stays', async (t) => {
  const files = { certFile: join(folder, 'used.crt'), keyFile: join(folder, 'used.key') };
  const place = (certificate: CertificateFiles, key = certificate) => {
    copyFileSync(certificate.certFile, files.certFile);
    copyFileSync(key.keyFile, files.keyFile);
  };
  place(first);
  const clock = createManualClock();
  const stopping = new AbortController();
  const used: string[] = [];
  const lines: { level: string }[] = [];
  const logger = createLogger({
    room: 'router',
    instanceId: 'router-test',
    level: 'info',
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  const current = read(files);
  const watch = watchCertificate({
    ...{ files, current, clock, signal: stopping.signal, logger },
    onNew: ({ cert }) => used.push(cert),
  });
  const looks = async (count: number) => {
    for (let look = 0; look < count; look += 1) {
      await nextTurn();
      await clock.advance(1000);
    }
  };
  await looks(3);
  t.same([used, lines], [[], []]);

  place(second, first);
  await looks(1);
  place(second);
  await looks(1);
  t.same(used, [], 'not while it changes');
  await looks(1);
  t.same(used, [readFileSync(second.certFile, 'utf8')]);

  place(first, second);
  await looks(5);
  t.equal(used.length, 1);
  rmSync(files.keyFile);
  await looks(5);
  t.equal(used.length, 1);
  t.same(
    lines.map(({ level }) => level),
    ['info', 'error', 'error'],
    'each bad state is told once',
  );
  place(first);
  await looks(3);
  t.same(used.slice(1), [readFileSync(first.certFile, 'utf8')]);
  stopping.abort();
  await watch.stopped;
});

t.test('the listener speaks TLS 1.2 and newer, HTTP/1.1, and changes its certificate while it runs', async (t) => {
  const logger = createLogger({ room: 'router', instanceId: 'router-test', level: 'silent' });
  const app = createPublicListener({
    gateway: { handle: (_request, response) => void response.end('hello', 'latin1') },
    logger,
    certificate: read(first),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const open = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    t.after(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  };
  const nameOf = (socket: TLSSocket) => socket.getPeerCertificate().subject.CN;
  const askOver = async (socket: TLSSocket) => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return String((await once(socket, 'data'))[0]);
  };

  const kept = await open({ ALPNProtocols: ['h2', 'http/1.1'] });
  t.equal(kept.alpnProtocol, 'http/1.1');
  t.equal(nameOf(kept), 'first');
  t.match(await askOver(kept), /^HTTP\/1\.1 200/);
  t.equal((await open({ maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
  await t.rejects(open({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
  await t.rejects(open({ ALPNProtocols: ['h2'] }));

  useCertificate(app.server, read(second));
  t.equal(nameOf(await open()), 'second');
  t.match(await askOver(kept), /^HTTP\/1\.1 200/, 'an open connection goes on');
});
