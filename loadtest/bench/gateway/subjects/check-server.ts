import { createVisitorCookies } from '@fairline/shared/visitor-cookie.ts';
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

// The service that nginx asks about every request: whose cookie is it, and does Redis have the visitor among the booked?
const { PORT = '0', REDIS_URL = '', COOKIE_SECRET = '' } = process.env;
const redis = new Redis(REDIS_URL, { enableAutoPipelining: true });
const cookies = createVisitorCookies({ secrets: [COOKIE_SECRET] });
const app = Fastify({ logger: false });
await app.register(cookie);
app.all('/check', async (request, reply) => {
  const visitor = cookies.verify(request.cookies.visitor_id ?? '');
  const isBooked = visitor !== undefined && (await redis.sismember('booking:booked:set', visitor.visitorId)) === 1;
  return reply.code(isBooked ? 204 : 403).send();
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
