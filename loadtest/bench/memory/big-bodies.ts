import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestLike } from '@fairline/shared/testing/test-like.ts';

const chunk = Buffer.alloc(64 * 1024, 'x');

/** A real server: swallows what is posted to it and says how much it was; `GET /<bytes>` answers with so many. */
export async function startBigBodies(t: TestLike): Promise<string> {
  const server = createServer((incoming, response) => {
    const answered = incoming.method === 'POST' ? swallow(incoming, response) : pour(incoming, response);
    answered.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function swallow(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end(String(await count(incoming)));
}

async function pour(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = Number(incoming.url?.slice(1)) || 0;
  response.writeHead(200, { 'content-length': String(bytes) });
  await write(response, bytes);
}

/** Posts so many bytes, with a length or in chunks; resolves to how many arrived. */
export async function upload(url: string, bytes: number, isChunked: boolean): Promise<number> {
  const headers = isChunked ? {} : { 'content-length': String(bytes) };
  const sent = request(`${url}/upload`, { method: 'POST', agent: false, headers });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  await Promise.race([write(sent, bytes), answered]);
  const [answer] = await answered;
  let text = '';
  for await (const part of answer) text += part;
  return Number(text);
}

/** Resolves to how many bytes came. */
export async function download(url: string, bytes: number): Promise<number> {
  const sent = request(`${url}/${bytes}`, { agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return count(answer);
}

async function write(stream: NodeJS.WritableStream, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= chunk.length) {
    if (!stream.write(left < chunk.length ? chunk.subarray(0, left) : chunk)) await once(stream, 'drain');
  }
  stream.end();
}

async function count(incoming: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const part of incoming) bytes += part.length;
  return bytes;
}
