import { ConfigError, readConfig } from '@fairline/shared/config.ts';
import Type from 'typebox';
import type { ForwardingSettings } from './app.ts';
import { parseStaticUpstreams } from './balancing/static-upstreams.ts';
import { RouterConfig } from './config.ts';
import type { StaticOriginsSettings } from './health/static-origins.ts';
import { type Network, parseNetworks } from './routing/networks.ts';
import { type Certificate, type CertificateFiles, readCertificate } from './tls/certificate.ts';
import { maxInstanceIdCharacters } from './workers/worker-id.ts';

export type Tls = { files: CertificateFiles; certificate: Certificate };

/** The config and what was made of its texts. */
export type RouterSettings = {
  readonly config: RouterConfig;
  readonly upstreamNetworks: readonly Network[];
  readonly trustedProxies: readonly Network[];
  /** No limit and no rule is for them. */
  readonly allowNetworks: readonly Network[];
  /** undefined: all instances are known from the map. */
  readonly statics: StaticOriginsSettings | undefined;
  /** undefined: visitors come by plain http. */
  readonly tls: Tls | undefined;
  readonly forwarding: ForwardingSettings;
};

type Environment = Record<string, string | undefined>;

/** Reads everything before it complains: one ConfigError names every problem of every setting. */
export function readRouterSettings(env: Environment): RouterSettings {
  const problems = new Set<string>();
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.add(problem);
      return undefined;
    }
  };
  const config = attempt(() => readConfig(RouterConfig, env));
  // By itself, so that it is judged also when another field keeps the whole from being read.
  const upstreamNetworks = attempt(() => {
    const { UPSTREAM_NETWORKS } = readConfig(Type.Pick(RouterConfig, ['UPSTREAM_NETWORKS']), env);
    return parseNetworks('UPSTREAM_NETWORKS', UPSTREAM_NETWORKS);
  });
  const trustedProxies = attempt(() => {
    const { TRUSTED_PROXIES } = readConfig(Type.Pick(RouterConfig, ['TRUSTED_PROXIES']), env);
    return parseNetworks('TRUSTED_PROXIES', TRUSTED_PROXIES);
  });
  const allowNetworks = attempt(() => {
    const { ALLOW_NETWORKS } = readConfig(Type.Pick(RouterConfig, ['ALLOW_NETWORKS']), env);
    return parseNetworks(
      'ALLOW_NETWORKS',
      ALLOW_NETWORKS.filter((network) => network !== 'none'),
    );
  });
  const { UPSTREAMS } = readConfig(Type.Pick(RouterConfig, ['UPSTREAMS']), env);
  const origins = parseStaticUpstreams(UPSTREAMS, upstreamNetworks);
  for (const problem of origins.problems) problems.add(problem);
  const tls = attempt(() => readTls(env));
  for (const problem of config ? findWorkerProblems(config) : []) problems.add(problem);
  if (!config || !upstreamNetworks || !trustedProxies || !allowNetworks || problems.size > 0) {
    throw new ConfigError([...problems]);
  }
  const statics = origins.upstreams.length === 0 ? undefined : { origins: origins.upstreams, checks: checksOf(config) };
  const forwarding = forwardingOf(config);
  return Object.freeze({ config, upstreamNetworks, trustedProxies, allowNetworks, statics, tls, forwarding });
}

function forwardingOf(config: RouterConfig): ForwardingSettings {
  return {
    timeouts: {
      connectMs: config.CONNECT_TIMEOUT_MS,
      firstByteMs: config.FIRST_BYTE_TIMEOUT_MS,
      idleMs: config.IDLE_TIMEOUT_MS,
      tunnelIdleMs: config.TUNNEL_IDLE_TIMEOUT_MS,
    },
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    streamLimits: { events: config.EVENT_STREAMS_PER_INSTANCE_MAX, tunnel: config.TUNNELS_PER_INSTANCE_MAX },
    streamDrainMs: config.STREAM_DRAIN_MS,
  };
}

function checksOf(config: RouterConfig): StaticOriginsSettings['checks'] {
  return {
    path: config.UPSTREAM_CHECK_PATH,
    intervalMs: config.UPSTREAM_CHECK_INTERVAL_MS,
    timeoutMs: config.UPSTREAM_CHECK_TIMEOUT_MS,
    rise: config.UPSTREAM_CHECK_RISE,
    fall: config.UPSTREAM_CHECK_FALL,
  };
}

function readTls(env: Environment): Tls | undefined {
  const { TLS_CERT, TLS_KEY } = readConfig(Type.Pick(RouterConfig, ['TLS_CERT', 'TLS_KEY']), env);
  if (!TLS_CERT && !TLS_KEY) return undefined;
  if (!TLS_CERT) throw new ConfigError(['TLS_CERT is not set, while TLS_KEY is: TLS needs both']);
  if (!TLS_KEY) throw new ConfigError(['TLS_KEY is not set, while TLS_CERT is: TLS needs both']);
  const files = { certFile: TLS_CERT, keyFile: TLS_KEY };
  const read = readCertificate(files);
  if (read.kind === 'refused')
    throw new ConfigError(read.problems.map((problem) => `TLS_CERT and TLS_KEY: ${problem}`));
  return { files, certificate: read.certificate };
}

function findWorkerProblems({ GATEWAY_WORKERS, INSTANCE_ID = '' }: RouterConfig): string[] {
  if (GATEWAY_WORKERS === 1 || INSTANCE_ID.length <= maxInstanceIdCharacters) return [];
  return [`INSTANCE_ID has more than ${maxInstanceIdCharacters} characters: with GATEWAY_WORKERS each adds its own`];
}
