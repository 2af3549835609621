import { ConfigError } from '@fairline/shared/config.ts';
import { type ScalingRoom, scalingRooms } from '@fairline/shared/contracts/scaling.ts';
import type { ScalingBounds } from './decide-replicas.ts';

/** The environment variable that bounds each room: `2-16`, or `0-0` for a room that is left alone. */
export const boundsVariables = {
  booking: 'SCALING_BOOKING',
  'waiting-room': 'SCALING_WAITING_ROOM',
  router: 'SCALING_ROUTER',
} as const satisfies Record<ScalingRoom, string>;

export type RoomBounds = Readonly<Record<ScalingRoom, ScalingBounds>>;

/** Throws a ConfigError that names each pair whose first number is above its second. */
export function readBounds(config: Readonly<Record<(typeof boundsVariables)[ScalingRoom], string>>): RoomBounds {
  const problems: string[] = [];
  const entries = scalingRooms.map((room) => {
    const name = boundsVariables[room];
    const [min = 0, max = 0] = config[name].split('-').map(Number);
    if (min > max) problems.push(`${name} must be <least>-<most>, not ${JSON.stringify(config[name])}`);
    return [room, { min, max }] as const;
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries) as RoomBounds;
}
