import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import t from 'tap';
import { makeCertificate, makeFolder } from '../../../router/test/make-certificate.ts';
import { createSender, type SendResult } from '../sender.ts';

t.test('sender: a host elsewhere only when its owner named it, and by https', async (t) => {
  const attempt = (origin: string, ownHost?: string) => () =>
    createSender({ origin, maxConnections: 1, keepsText: true, ownHost }).close();
  t.throws(attempt('https://tickets.example.com'), /not on this machine/);
  t.throws(attempt('https://tickets.example.com', 'example.com'), /not on this machine/);
  t.throws(attempt('http://tickets.example.com', 'tickets.example.com'), /not on this machine/);
  t.doesNotThrow(attempt('https://tickets.example.com', 'tickets.example.com'));
});

t.test('sender: by https, over kept connections, only to a certificate that is trusted', async (t) => {
  const { certFile, keyFile } = makeCertificate(makeFolder(t), 'localhost');
  const cert = readFileSync(certFile, 'utf8');
  const ports = new Set<number | undefined>();
  const server = createServer({ cert, key: readFileSync(keyFile) }, (request, response) => {
    ports.add(request.socket.remotePort);
    response.end(`hello ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const open = () => {
    const sender = createSender({ origin, maxConnections: 2, keepsText: true, ownHost: 'localhost' });
    t.after(() => sender.close());
    return (path: string) =>
      new Promise<SendResult>((onDone) => {
        const bytes = `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
        sender.send({ method: 'GET', bytes, deadlineMs: performance.now() + 30_000, onDone });
      });
  };
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });

  t.same(await open()('/'), { kind: 'failed', reason: 'refused' }, 'a stranger');
  setDefaultCACertificates([cert]);
  const ask = open();
  for (const path of ['/one', '/two']) {
    t.match(await ask(path), { kind: 'answered', answer: { status: 200, text: new RegExp(`hello ${path}$`) } });
  }
  t.equal(ports.size, 1);
});
