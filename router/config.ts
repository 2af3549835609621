import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import Type, { type Static } from 'typebox';
import { defaultUpstreamNetworks } from './health/url-check.ts';

const network = Type.String({ pattern: '^[0-9A-Fa-f:.]+(/\\d{1,3})?$' });

export const RouterConfig = Type.Object({
  ...commonConfig,
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
  FIRST_BYTE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 30_000,
    description: 'ms an instance has for the first byte of its answer; beyond it 504',
  }),
});

export type RouterConfig = Readonly<Static<typeof RouterConfig>>;
