import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import { observingConfig } from '@fairline/shared/observing.ts';
import Type, { type Static } from 'typebox';
import { defaultUpstreamNetworks } from './health/url-check.ts';
import { guardConfig } from './limits/guard-config.ts';
import { defaultTimeouts } from './proxy/connections.ts';
import { defaultStreamDrainMs, defaultStreamLimits } from './proxy/streams.ts';
import { defaultRequestTimeoutMs } from './public-listener.ts';
import { trafficConfig } from './traffic/traffic-config.ts';

const network = Type.String({ pattern: '^[0-9A-Fa-f:.]+(/\\d{1,3})?$' });

export const RouterConfig = Type.Object({
  ...commonConfig,
  ...observingConfig,
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'port visitors come to; 0 = any free one',
  }),
  COOKIE_SECRETS: SecretList,
  IDENTITY_SECRETS: SecretList,
  UPSTREAM_NETWORKS: Type.Array(network, {
    default: [...defaultUpstreamNetworks],
    description: 'networks in which instances may be, by address; link-local ones never',
  }),
  TRUSTED_PROXIES: Type.Array(network, {
    default: [],
    description: 'networks of proxies in front whose X-Forwarded-* headers are believed',
  }),
  ADMIN_PUBLIC: Type.Boolean({
    default: true,
    description: '0: the operators’ page does not exist here, /system is 404',
  }),
  UPSTREAMS: Type.Array(Type.String(), {
    default: [],
    description: 'sites to protect that are not in the map, like booking=http://10.0.0.5:3000;capacity=200',
  }),
  UPSTREAM_CHECK_PATH: Type.String({
    pattern: '^/[!-~]*$',
    default: '/',
    description: 'path that the checks of static upstreams ask for; 2xx and 3xx are healthy',
  }),
  UPSTREAM_CHECK_INTERVAL_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 2000,
    description: 'ms between two checks of a static upstream',
  }),
  UPSTREAM_CHECK_TIMEOUT_MS: Type.Integer({
    minimum: 10,
    maximum: 60_000,
    default: 1000,
    description: 'ms a check may take; beyond it, it has failed',
  }),
  UPSTREAM_CHECK_RISE: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 2,
    description: 'checks in a row that must pass before a failing static upstream gets traffic again',
  }),
  UPSTREAM_CHECK_FALL: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 3,
    description: 'checks in a row that must fail before a static upstream gets no traffic',
  }),
  TLS_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'file with the certificate chain, PEM; with TLS_KEY visitors come by https',
    }),
  ),
  TLS_KEY: Type.Optional(Type.String({ minLength: 1, description: 'file with the private key of TLS_CERT, PEM' })),
  GATEWAY_WORKERS: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 1,
    description: 'processes that serve PORT together, to use several cores',
  }),
  CONNECT_TIMEOUT_MS: Type.Integer({
    minimum: 10,
    maximum: 60_000,
    default: defaultTimeouts.connectMs,
    description: 'ms until a connection to an instance must stand; beyond it another one, in the end 503',
  }),
  FIRST_BYTE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: defaultTimeouts.firstByteMs,
    description: 'ms an instance has for the first byte of its answer once the request was sent; beyond it 504',
  }),
  IDLE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 3_600_000,
    default: defaultTimeouts.idleMs,
    description:
      'ms of silence in the middle of a body, of either side; beyond it 504 or 408, or the answer breaks off',
  }),
  TUNNEL_IDLE_TIMEOUT_MS: Type.Integer({
    minimum: 1000,
    maximum: 86_400_000,
    default: defaultTimeouts.tunnelIdleMs,
    description: 'ms of silence of both sides after which a WebSocket is closed',
  }),
  REQUEST_TIMEOUT_MS: Type.Integer({
    minimum: 1000,
    maximum: 86_400_000,
    default: defaultRequestTimeoutMs,
    description: 'ms a request with its whole body may take to arrive; beyond it 408',
  }),
  EVENT_STREAMS_PER_INSTANCE_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: defaultStreamLimits.events,
    description: 'event streams that this gateway holds open to one instance; beyond it another one, in the end 503',
  }),
  TUNNELS_PER_INSTANCE_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: defaultStreamLimits.tunnel,
    description: 'WebSockets that this gateway holds open to one instance; beyond it another one, in the end 503',
  }),
  STREAM_DRAIN_MS: Type.Integer({
    minimum: 0,
    maximum: 600_000,
    default: defaultStreamDrainMs,
    description: 'ms over which event streams and WebSockets of an instance that is on its way out are closed',
  }),
  ...guardConfig,
  ...trafficConfig,
});

export type RouterConfig = Readonly<Static<typeof RouterConfig>>;
