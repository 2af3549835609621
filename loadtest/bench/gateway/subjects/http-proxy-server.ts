import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const { PORT = '0', UPSTREAM = '' } = process.env;
const app = Fastify({ logger: false });
await app.register(proxy, { upstream: UPSTREAM });
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
