/**
 * The one place that spells Redis keys. The event called `default` has the literal keys that the product's users know;
 * other events carry their id as a hash tag, so that the keys of one event share a slot of Redis Cluster. On a cluster
 * the default event is written `{booking}:…` for the same reason.
 */
export const defaultEvent = 'default';
export const eventPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export type EventKeys = ReturnType<typeof eventKeys>;
export type SharedKeys = typeof sharedKeys;

function eventPrefix(event: string, isCluster: boolean): string {
  if (!eventPattern.test(event)) throw new TypeError(`not an event id: ${JSON.stringify(event)}`);
  if (event !== defaultEvent) return `booking:{${event}}:`;
  return isCluster ? '{booking}:' : 'booking:';
}

/** Keys of one event. */
export function eventKeys(event: string, { isCluster = false }: { isCluster?: boolean } = {}) {
  const prefix = eventPrefix(event, isCluster);
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
    invites: `${prefix}invites`,
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
  });
}

/** What `key` of an event is called once it is kept of sale number `sale`; in the same slot. */
export function archivedKey(keys: Pick<EventKeys, 'archive' | 'settings'>, key: string, sale: number): string {
  const prefixLength = keys.settings.length - 'settings'.length;
  return `${keys.archive}:${sale}:${key.slice(prefixLength)}`;
}

/** Keys that all events share. A visitor's or an instance's key stands alone in its slot. */
export const sharedKeys = Object.freeze({
  visitor: (visitorId: string) => `booking:visitor:${visitorId}`,
  visitors: 'booking:visitors',
  visitorsSeen: 'booking:visitors:seen',
  tiers: 'booking:tiers',
  instance: (instanceId: string) => `booking:instance:${instanceId}`,
  instances: 'booking:instances',
  instancesDisabled: 'booking:instances:disabled',
  blocks: Object.freeze({
    blocked: 'booking:blocked',
    blockedDetails: 'booking:blocked:details',
    blockedPast: 'booking:blocked:past',
    blockedVersion: 'booking:blocked:version',
  }),
  limits: Object.freeze({
    bucket: (name: string) => `booking:limits:bucket:${name}`,
    window: (name: string, slot: number) => `booking:limits:window:${name}:${slot}`,
    inFlight: (visitorId: string) => `booking:limits:in-flight:${visitorId}`,
    addresses: (visitorId: string) => `booking:limits:addresses:${visitorId}`,
  }),
  suspects: Object.freeze({
    suspects: 'booking:suspects',
    suspectReasons: 'booking:suspects:reasons',
  }),
  scaling: 'booking:scaling',
  audit: 'booking:audit',
});
