import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import { observingConfig } from '@fairline/shared/observing.ts';
import Type from 'typebox';

export const AdminConfig = Type.Object({
  ...commonConfig,
  ...observingConfig,
  OPERATORS: Type.String({
    secret: true,
    default: '',
    description: 'who may log in: <name>:<viewer|operator>:<scrypt hash>, separated by commas',
  }),
  OPERATORS_FILE: Type.Optional(
    Type.String({ description: 'file with one more operator a line; read again within a second after a change' }),
  ),
  ADMIN_TOKENS: Type.Array(Type.String(), {
    secret: true,
    default: [],
    description: 'scripts that may ask: <name>:<viewer|operator>:<hash>, separated by commas',
  }),
  ADMIN_NETWORKS: Type.Array(Type.String(), {
    default: [],
    description: 'networks of clients that may see the console at all; others get 404. Empty: all',
  }),
  CONSOLE_STREAMS_MAX: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 200,
    description: 'event streams of the console at once; beyond it pages ask again and again instead',
  }),
  ADMIN_SECRETS: SecretList,
  GATEWAY_NETWORKS: Type.Array(Type.String(), {
    default: ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
    description: 'networks the gateways are in; connections from elsewhere get 404. Default: loopback and private',
  }),
});

/** Requests at once that this process reports it can take, unless CAPACITY says otherwise. */
export const defaultCapacity = 100;
