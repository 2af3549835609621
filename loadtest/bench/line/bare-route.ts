import Fastify from 'fastify';
import { Redis } from 'ioredis';

/**
 * What a status poll is measured against, one process each: `bare` answers JSON of the same form and does nothing else; `lpos` asks Redis for the position in the list, as is done without a copy of the line.
 */
const [kind, redisUrl, listKey] = process.argv.slice(2);
const app = Fastify();
const body = (position: number | null) => ({
  status: 'waiting' as const,
  number: 5678,
  position,
  waiting: 40_000,
  etaSeconds: { low: 60, high: 95 },
  refreshAfterSeconds: 5,
  leaseEndsAt: null,
  message: null,
  updatedAt: '2026-11-22T09:00:00.000Z',
});

if (kind === 'lpos') {
  const redis = new Redis(redisUrl ?? '');
  app.get('/queue/status', async (request) => {
    const identity = String(request.headers['x-fairline-visitor']);
    const index = await redis.lpos(listKey ?? '', identity.split('.')[1] ?? '');
    return body(index === null ? null : index + 1);
  });
} else {
  app.get('/queue/status', async () => body(1234));
}
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ msg: 'listening', url })}\n`);
