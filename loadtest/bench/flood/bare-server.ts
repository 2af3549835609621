import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The least that Node's HTTP server does for an answer like a refusal: it tells its port to the parent. */
const body = JSON.stringify({ statusCode: 429, code: 'TOO_MANY_REQUESTS' }).padEnd(220);

const server = createServer((_request, response) => {
  response.writeHead(429, {
    'content-type': 'application/json; charset=utf-8',
    'retry-after': '1',
    'cache-control': 'private, no-store',
    'content-length': String(body.length),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
