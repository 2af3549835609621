import type { Standing } from '@fairline/shared/stores/line/store.ts';
import type { VisitorAction } from '../contract/visitor.ts';

/** What makes sense for somebody who stands there. */
export function decideActions({
  standing,
  isBlocked,
}: {
  standing: Standing['kind'];
  isBlocked: boolean;
}): readonly VisitorAction[] {
  const isWaiting = standing === 'waiting' || standing === 'aside';
  return [
    ...(isWaiting && !isBlocked ? (['admit'] as const) : []),
    ...(standing === 'booked' ? (['release'] as const) : []),
    ...(isWaiting || standing === 'booked' ? (['revoke'] as const) : []),
    'setTier',
    isBlocked ? 'unblock' : 'block',
  ];
}
