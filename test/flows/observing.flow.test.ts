import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { hashPassword } from '@fairline/shared/password.ts';
import { startSystem, until } from '@fairline/shared/testing/system.ts';
import t from 'tap';
import { compareWithDocs, hasPromtool, readMetrics, readMonitored } from './metric-docs.ts';
import { startCollector } from './start-collector.ts';
import { createVisitor } from './visitor.ts';

const address = '203.0.113.77';
const invite = 'an-invitation-that-nobody-may-see';
const password = 'a password that nobody may see';

t.test('what one system tells of itself: metrics, logs and traces', async (t) => {
  const collector = await startCollector(t);
  const lines: string[] = [];
  const system = await startSystem(t, {
    rooms: { booking: 1, 'queue-processor': 1, admin: 1 },
    settings: { maxBooking: '1' },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      ACCESS_LOG: 'all',
      TRUSTED_PROXIES: '127.0.0.0/8',
      ADMIN_SECRETS: 'a'.repeat(40),
      OPERATORS: `operator:operator:${await hashPassword(password)}`,
    },
    onLogLine: (_id, entry) => lines.push(JSON.stringify(entry)),
  });
  const traceId = randomUUID().replaceAll('-', '');
  const headers = {
    'x-forwarded-for': address,
    authorization: `Bearer ${invite}`,
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  };
  const [booked, waiting] = [createVisitor(system.url), createVisitor(system.url)];
  for (const visitor of [booked, waiting]) {
    await visitor.ask(`/?invite=${invite}`, { headers });
    await visitor.ask(`/apply?from=${invite}`, { method: 'POST', headers });
  }
  const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', ...headers };
  t.equal((await booked.ask(`/ticketing?seat=${invite}`, { headers: page })).status, 200);
  t.equal((await waiting.ask(`/ticketing?seat=${invite}`, { headers: page })).status, 200);
  await waiting.ask('/queue/status', { headers });
  const body = `name=operator&password=${encodeURIComponent(password)}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  await waiting.ask(`/system/login?to=${invite}`, { method: 'POST', headers: form, body });
  await waiting.ask('/%2e%2e/etc/passwd', { headers });

  await t.test('traces: the spans of gateway and room are one trace', async (t) => {
    const find = (service: string, name: string) =>
      collector.spans.find((span) => span.service === service && span.name === name && span.traceId === traceId);
    const room = await until('the span of the room', () => find('booking', 'GET /ticketing'));
    const gateway = await until('the span of the gateway that asked the room', () =>
      collector.spans.find(({ service, spanId }) => service === 'router' && spanId === room.parentSpanId),
    );
    await until('the span of a status', () => find('waiting-room', 'GET /queue/status'));
    t.match(gateway, { name: 'GET protectedPage', traceId });
    t.equal(gateway.parentSpanId, '00f067aa0ba902b7', 'the client began the trace');
    t.match(room.attributes, {
      'http.request.method': 'GET',
      'http.route': '/ticketing',
      'http.response.status_code': 200,
      'url.path': '/ticketing',
    });
    t.notOk(JSON.stringify(collector.spans).includes(invite), 'no query');
  });

  await t.test('logs: a line a request with the visitor, and nothing that is secret', async (t) => {
    const ids = [booked.id(), waiting.id()];
    const readRequests = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    const isWhole = ({ requestId, path, status }: Record<string, unknown>) => requestId && path && status;
    // Every process writes its lines when it comes to it: those of the last request need not come last.
    for (const room of ['router', 'booking', 'waiting-room'])
      await until(`a line of a visitor at ${room}`, () =>
        readRequests().some((line) => line.room === room && isWhole(line) && ids.includes(line.visitor)),
      );
    for (const [room, path] of [
      ['router', '/queue/status'],
      ['router', '/system/login'],
      ['admin', '/system/login'],
    ])
      await until(`the line for ${path} at ${room}`, () =>
        readRequests().some((line) => line.room === room && line.path === path && isWhole(line)),
      );
    const requests = readRequests();
    const ofVisitors = requests.filter(({ room, visitor }) => room === 'router' && ids.includes(visitor));
    const tags = new Set(ofVisitors.map(({ addressTag }) => addressTag));
    t.equal(tags.size, 1, 'one address, one tag');
    t.match([...tags][0], /^[\w-]{12}$/);
    const all = lines.join('\n') + system.problems.join('\n');
    const cookies = [booked, waiting].flatMap((visitor) => [...visitor.cookies.values()]);
    t.ok(cookies.length >= 3);
    const secrets = [
      ...Object.values(system.secrets),
      ...cookies,
      invite,
      address,
      password,
      encodeURIComponent(password),
    ];
    for (const secret of secrets) t.notOk(all.includes(secret), secret);
    for (const cookie of cookies) t.notOk(all.includes(String(cookie.split('.')[1])), 'a signature');
  });

  await t.test(
    'metrics: named as Prometheus wishes, documented, and the only ones that are drawn and watched',
    async (t) => {
      const texts = new Map<string, string>();
      for (const { room, internalUrl } of system.processes) {
        const text = await (await fetch(`${internalUrl}/metrics`)).text();
        texts.set(room, text);
        for (const name of ['fairline_redis_up', 'nodejs_eventloop_lag_p99_seconds'])
          t.match(text, name, `${room} ${name}`);
        if (!hasPromtool) continue;
        const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
          input: text,
          encoding: 'utf8',
        });
        t.equal(status, 0, `${room}: ${stdout}${stderr}`);
      }
      if (!hasPromtool) t.comment('promtool is not here (Debian package prometheus): nobody checked the names');
      const { ours, names } = readMetrics(texts);
      for (const { file, name } of readMonitored()) t.ok(names.has(name), `${file} uses ${name}`);
      const { found, wished } = compareWithDocs(ours);
      t.equal(found, wished, 'docs/metrics.md: UPDATE_DOCS=1 writes it');
    },
  );
});
