import type { ConfigError } from '@fairline/shared/config.ts';
import t from 'tap';
import { readRouterSettings } from '../read-settings.ts';

const secret = 'a secret for tests of more than 32 characters';
const good = { COOKIE_SECRETS: secret, IDENTITY_SECRETS: secret };

function problemsOf(env: Record<string, string>): string {
  try {
    readRouterSettings(env);
    return '';
  } catch (error) {
    return (error as ConfigError).problems.join('\n');
  }
}

t.test('settings: without sites, TLS and workers nothing is different', async (t) => {
  const { config, statics, tls } = readRouterSettings(good);
  t.match({ workers: config.GATEWAY_WORKERS, statics, tls }, { workers: 1, statics: undefined, tls: undefined });
});

t.test('settings: sites with their checks', async (t) => {
  const { statics } = readRouterSettings({
    ...good,
    UPSTREAMS: 'booking=http://10.0.0.5:3000;capacity=50, booking=http://10.0.0.6:3000',
    UPSTREAM_CHECK_PATH: '/up',
    UPSTREAM_CHECK_FALL: '5',
  });
  t.match(statics, {
    origins: [{ url: 'http://10.0.0.5:3000', capacity: 50 }, { url: 'http://10.0.0.6:3000' }],
    checks: { path: '/up', intervalMs: 2000, timeoutMs: 1000, rise: 2, fall: 5 },
  });
});

t.test('settings: every problem is told at once, each once', async (t) => {
  const problems = problemsOf({
    COOKIE_SECRETS: 'short',
    PORT: 'x',
    UPSTREAM_NETWORKS: '10.0.0.0/99',
    UPSTREAMS: 'booking=http://10.0.0.5/path,admin=http://10.0.0.6',
    UPSTREAM_CHECK_PATH: 'up',
    TLS_CERT: '/nowhere/cert.pem',
    TLS_KEY: '/nowhere/key.pem',
  });
  for (const text of [
    /^COOKIE_SECRETS/m,
    /^IDENTITY_SECRETS/m,
    /^PORT/m,
    /^UPSTREAM_NETWORKS/m,
    /path, query or fragment/,
    /only booking/,
    /^UPSTREAM_CHECK_PATH/m,
    /\/nowhere\/cert.pem cannot be read \(ENOENT\)/,
    /\/nowhere\/key.pem cannot be read \(ENOENT\)/,
  ]) {
    t.match(problems, text);
  }
  const lines = problems.split('\n');
  t.equal(new Set(lines).size, lines.length);
});

t.test('settings: TLS needs both files; several workers need room in the id', async (t) => {
  t.match(problemsOf({ ...good, TLS_CERT: '/tmp/cert.pem' }), /TLS_KEY is not set/);
  t.match(problemsOf({ ...good, TLS_KEY: '/tmp/key.pem' }), /TLS_CERT is not set/);
  t.match(problemsOf({ ...good, GATEWAY_WORKERS: '2', INSTANCE_ID: 'g'.repeat(60) }), /INSTANCE_ID has more than/);
  t.equal(problemsOf({ ...good, GATEWAY_WORKERS: '1', INSTANCE_ID: 'g'.repeat(60) }), '');
});
