import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import Type, { type Static } from 'typebox';

/** Everything the waiting-room reads from its environment. */
export const WaitingRoomConfig = Type.Object({
  ...commonConfig,
  IDENTITY_SECRETS: SecretList,
  TICKET_SECRETS: SecretList,
  STREAMS_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 10_000,
    description: 'open event streams of this process; beyond it pages poll',
  }),
});

export type WaitingRoomConfig = Readonly<Static<typeof WaitingRoomConfig>>;
