import { type ScalingRoom, scalingRooms } from '@fairline/shared/contracts/scaling.ts';
import type { ScalingStore, WishOutcome } from '@fairline/shared/stores/scaling/store.ts';
import type { Audit } from '../operators/audit.ts';

export type ScalingDesk = {
  /** `replicas` null gives the room back to the load. */
  wish(input: { who: string; room: ScalingRoom; replicas: number | null }): Promise<WishOutcome>;
};

export function isScalingRoom(text: string): text is ScalingRoom {
  return (scalingRooms as readonly string[]).includes(text);
}

/** Instances by hand; every change is written down. */
export function createScalingDesk({
  scaling,
  noteChange,
}: {
  scaling: Pick<ScalingStore, 'setWish'>;
  noteChange: Audit;
}): ScalingDesk {
  return {
    async wish({ who, room, replicas }) {
      const outcome = await scaling.setWish({ room, wish: replicas });
      if (outcome.kind === 'set' && outcome.before !== replicas) {
        const words = (wish: number | null) => ({ wish: wish === null ? '' : String(wish) });
        await noteChange({
          who,
          what: 'scaling',
          subject: room,
          before: words(outcome.before),
          after: words(replicas),
        });
      }
      return outcome;
    },
  };
}
