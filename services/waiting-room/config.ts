import { commonConfig, SecretList } from '@fairline/shared/config.ts';
import { observingConfig } from '@fairline/shared/observing.ts';
import Type, { type Static } from 'typebox';

/** Everything the waiting-room reads from its environment. */
export const WaitingRoomConfig = Type.Object({
  ...commonConfig,
  ...observingConfig,
  IDENTITY_SECRETS: SecretList,
  TICKET_SECRETS: SecretList,
  /** Without it no invitation counts. */
  INVITE_SECRETS: Type.Optional(SecretList),
  STREAMS_MAX: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 10_000,
    description: 'open event streams of this process; beyond it pages poll',
  }),
  STREAMS_FOR: Type.Enum(['front', 'all'], {
    default: 'front',
    description: 'who is told by an event stream: those near the front, while the others poll, or all',
  }),
  BRANDING_DIR: Type.Optional(
    Type.String({ minLength: 1, description: 'template folder that makes the pages your own; see README.md' }),
  ),
});

export type WaitingRoomConfig = Readonly<Static<typeof WaitingRoomConfig>>;
