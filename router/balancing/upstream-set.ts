import type { InstanceReport } from '@fairline/shared/contracts/instance-report.ts';
import { createOwnView, type OwnView } from './own-view.ts';

export type UpstreamRoom = 'booking' | 'waiting-room' | 'admin';
export const upstreamRooms: readonly UpstreamRoom[] = ['booking', 'waiting-room', 'admin'];

export type Upstream = {
  readonly id: string;
  readonly room: UpstreamRoom;
  /** Origin, no path. */
  readonly url: string;
  /** Requests at once it can take, at least 1. */
  readonly capacity: number;
  /** Requests in hand for others than this gateway, averaged over their last reports. */
  readonly othersInFlight: number;
  /** Nothing was heard from it for a while. */
  readonly isSuspect: boolean;
  readonly own: OwnView;
  /** Named in the settings rather than known from the map: a site that need not know of us. */
  readonly isStatic?: boolean;
};

/** Instances that may get requests, by room: one immutable snapshot, taken once per request. */
export type UpstreamSet = Readonly<Record<UpstreamRoom, readonly Upstream[]>>;

export const emptyUpstreamSet: UpstreamSet = Object.freeze({ booking: [], 'waiting-room': [], admin: [] });

export type KnownReport = {
  report: InstanceReport;
  freshness: 'fresh' | 'suspect' | 'gone';
  isUrlAllowed: boolean;
  othersInFlight: number;
};

/**
 * Who may get requests at all: ready, wished by the operator, at an allowed address, heard of in the last seconds. Health
 * is another matter, judged when a request is placed.
 */
export function buildUpstreamSet(
  known: readonly KnownReport[],
  disabled: ReadonlySet<string>,
  ownViews: ReadonlyMap<string, OwnView>,
): UpstreamSet {
  const pick = (room: UpstreamRoom): Upstream[] =>
    known
      .filter(
        ({ report, freshness, isUrlAllowed }) =>
          report.room === room &&
          report.state === 'ready' &&
          isUrlAllowed &&
          freshness !== 'gone' &&
          !disabled.has(report.id),
      )
      .map((found) => toUpstream(found, room, ownViews));
  return Object.freeze({
    booking: pick('booking'),
    'waiting-room': pick('waiting-room'),
    admin: pick('admin'),
  });
}

function toUpstream(
  { report, freshness, othersInFlight }: KnownReport,
  room: UpstreamRoom,
  ownViews: ReadonlyMap<string, OwnView>,
): Upstream {
  return Object.freeze({
    id: report.id,
    room,
    url: report.url,
    capacity: Math.max(1, report.capacity),
    othersInFlight,
    isSuspect: freshness === 'suspect',
    own: ownViews.get(report.id) ?? createOwnView(0),
  });
}
