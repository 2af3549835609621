import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import Type from 'typebox';

export const AdminConfig = Type.Object({
  ...commonConfig,
  OPERATORS: Type.String({
    secret: true,
    description: 'who may log in: <name>:<viewer|operator>:<scrypt hash>, separated by commas',
  }),
  ADMIN_SECRETS: SecretList,
  GATEWAY_NETWORKS: Type.Array(Type.String(), {
    default: ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
    description: 'networks the gateways are in; connections from elsewhere get 404. Default: loopback and private',
  }),
});

/** Requests at once that this process reports it can take, unless CAPACITY says otherwise. */
export const defaultCapacity = 100;
