/**
 * The one place that spells Redis keys. The event called `default` has the literal keys that the product's users know;
 * other events carry their id as a hash tag, so that the keys of one event share a slot of Redis Cluster. On a cluster
 * the default event is written `{booking}:…` for the same reason, and so is what all events share and a script writes
 * together (docs/decisions/0019).
 */
export const defaultEvent = 'default';
export const eventPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export type EventKeys = ReturnType<typeof eventKeys>;

function eventPrefix(event: string, isCluster: boolean): string {
  if (!eventPattern.test(event)) throw new TypeError(`not an event id: ${JSON.stringify(event)}`);
  if (event !== defaultEvent) return `booking:{${event}}:`;
  return isCluster ? '{booking}:' : 'booking:';
}

/**
 * Keys of one event, and those of all events that scripts write along with them. A connection says by itself whether it is
 * one to a cluster.
 */
export function eventKeys(event: string, { isCluster = false }: { isCluster?: boolean } = {}) {
  const prefix = eventPrefix(event, isCluster);
  const shared = eventPrefix(defaultEvent, isCluster);
  return Object.freeze({
    settings: `${prefix}settings`,
    settingsGood: `${prefix}settings:good`,
    list: `${prefix}queue:list`,
    queued: `${prefix}queued:set`,
    booked: `${prefix}booked:set`,
    lock: `${prefix}lock`,
    tickets: `${prefix}tickets`,
    aside: `${prefix}aside`,
    returned: `${prefix}returned`,
    gone: `${prefix}gone`,
    vipList: `${prefix}vip:list`,
    vipGone: `${prefix}vip:gone`,
    leases: `${prefix}leases`,
    places: `${prefix}places`,
    present: `${prefix}present`,
    outcomes: `${prefix}outcomes`,
    confirmed: `${prefix}confirmed`,
    counters: `${prefix}counters`,
    gate: `${prefix}gate`,
    changes: `${prefix}changes`,
    journeys: `${prefix}journeys`,
    archive: `${prefix}archive`,
    // Taking one makes a VIP, which `tiers` knows: the two share a slot.
    invites: isCluster && event !== defaultEvent ? `${shared}invites:${event}` : `${prefix}invites`,
    // The lock says who may write it; on a cluster each event has its own.
    scaling: isCluster ? `${prefix}scaling` : `${shared}scaling`,
    tiers: `${shared}tiers`,
    suspects: `${shared}suspects`,
    suspectReasons: `${shared}suspects:reasons`,
    blocked: `${shared}blocked`,
    blockedDetails: `${shared}blocked:details`,
    blockedPast: `${shared}blocked:past`,
    blockedVersion: `${shared}blocked:version`,
    history: `${prefix}history`,
    historyTimes: `${prefix}history:times`,
  });
}

/** What `key` of an event is called once it is kept of sale number `sale`; in the same slot. */
export function archivedKey(keys: Pick<EventKeys, 'archive' | 'settings'>, key: string, sale: number): string {
  const prefixLength = keys.settings.length - 'settings'.length;
  return `${keys.archive}:${sale}:${key.slice(prefixLength)}`;
}

/** Keys that all events share and that stand alone in their slots, in the same form everywhere. */
export const sharedKeys = Object.freeze({
  visitor: (visitorId: string) => `booking:visitor:${visitorId}`,
  visitors: 'booking:visitors',
  visitorsSeen: 'booking:visitors:seen',
  instance: (instanceId: string) => `booking:instance:${instanceId}`,
  instances: 'booking:instances',
  instancesDisabled: 'booking:instances:disabled',
  limits: Object.freeze({
    bucket: (name: string) => `booking:limits:bucket:${name}`,
    // Counted in two halves by one script.
    window: (name: string, slot: number) => `booking:limits:window:{${name}}:${slot}`,
    inFlight: (visitorId: string) => `booking:limits:in-flight:${visitorId}`,
    addresses: (visitorId: string) => `booking:limits:addresses:${visitorId}`,
  }),
  audit: 'booking:audit',
});
