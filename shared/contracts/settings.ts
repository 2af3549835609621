import { normalizeNetwork } from '../network.ts';
import { describeRulesProblem, maxRulesCharacters, parseRoutingRules } from './routing-rules.ts';

/**
 * The settings operators change while a sale runs, one row a field: the single source of names, ranges and defaults
 * for the Lua script that adopts them, the operators' form and the docs.
 */
export const admissionsModes = ['open', 'paused', 'closed'] as const;
export const queueingStatusCodes = ['200', '202', '429'] as const;
/** on: limits are kept. watch: what would be refused is only counted. off: no limits; operators' blocks hold all the same. */
export const trafficModes = ['on', 'watch', 'off'] as const;

export type SettingField =
  | { name: string; kind: 'integer'; min: number; max: number; default: number; unit: string; description: string }
  | { name: string; kind: 'choice'; choices: readonly string[]; default: string; description: string }
  | { name: string; kind: 'text'; maxCharacters: number; default: string; description: string }
  | CheckedField;

/** A text in a language of its own, which no Lua script can check: it is taken over only as it was checked before. */
export type CheckedField = {
  name: string;
  kind: 'checked';
  maxCharacters: number;
  default: string;
  description: string;
  /** Why a text is none, in words that follow the field's name; undefined when it is one. */
  findProblem(text: string): string | undefined;
};

export const settingFields = [
  {
    name: 'maxBooking',
    kind: 'integer',
    min: 0,
    max: 1_000_000,
    default: 3,
    unit: 'places',
    description: 'Visitors who may be in the booking service at once. Lowering it evicts nobody.',
  },
  {
    name: 'visitorTTLMinutes',
    kind: 'integer',
    min: 1,
    max: 1440,
    default: 10,
    unit: 'minutes',
    description: 'How long a visitor is remembered without a sign of life.',
  },
  {
    name: 'bookingLockTTLSeconds',
    kind: 'integer',
    min: 2,
    max: 60,
    default: 5,
    unit: 'seconds',
    description: 'How long the lock of the leading queue-processor lives without renewal.',
  },
  {
    name: 'newBookingsPerMinute',
    kind: 'integer',
    min: 0,
    max: 1_000_000,
    default: 0,
    unit: 'admissions per minute',
    description: 'Upper limit of admissions per minute; 0 = no limit.',
  },
  {
    name: 'leaseMinutes',
    kind: 'integer',
    min: 0,
    max: 1440,
    default: 10,
    unit: 'minutes',
    description: 'Inactivity that frees a place; 0 = a place is kept for good.',
  },
  {
    name: 'claimSeconds',
    kind: 'integer',
    min: 5,
    max: 3600,
    default: 60,
    unit: 'seconds',
    description: 'How long a new place waits for its first visit.',
  },
  {
    name: 'admissions',
    kind: 'choice',
    choices: admissionsModes,
    default: 'open',
    description: 'open: normal. paused: joins accepted, nobody admitted. closed: joins refused, nobody admitted.',
  },
  {
    name: 'ticketStock',
    kind: 'integer',
    min: 0,
    max: 100_000_000,
    default: 0,
    unit: 'orders',
    description: 'Orders that may be confirmed in this sale; 0 = unlimited.',
  },
  {
    name: 'queueingStatusCode',
    kind: 'choice',
    choices: queueingStatusCodes,
    default: '200',
    description: 'HTTP status of the waiting page.',
  },
  {
    name: 'maxQueue',
    kind: 'integer',
    min: 0,
    max: 100_000_000,
    default: 2_000_000,
    unit: 'visitors',
    description: 'Visitors who may wait at once; 0 = unlimited.',
  },
  {
    name: 'vipSharePercent',
    kind: 'integer',
    min: 0,
    max: 90,
    default: 0,
    unit: 'percent of admissions',
    description:
      'Share of the VIP line while the public waits as well; 0 = VIPs wait in the public line like everybody.',
  },
  {
    name: 'message',
    kind: 'text',
    maxCharacters: 500,
    default: '',
    description: 'Plain text shown to everyone waiting.',
  },
  {
    name: 'routingRules',
    kind: 'checked',
    maxCharacters: maxRulesCharacters,
    default: '',
    description: 'Which requests go first, and which go to a small pool of instances; one rule a line.',
    findProblem: findRoutingRulesProblem,
  },
  {
    name: 'trafficControl',
    kind: 'choice',
    choices: trafficModes,
    default: 'on',
    description: 'on: the limits below are kept. watch: what would be refused is only counted. off: no limits.',
  },
  rate('visitorRatePerSec', 50, 'Requests of one visitor, in the long run.'),
  burst('visitorBurst', 200, 'Requests of one visitor that may come at once.'),
  rate('networkRatePerSec', 1000, 'Requests of one network, in the long run.'),
  burst('networkBurst', 4000, 'Requests of one network that may come at once.'),
  rate('strangerRatePerSec', 100, 'Requests of one network that bring no visitor cookie of ours, in the long run.'),
  burst('strangerBurst', 1000, 'Requests of one network without such a cookie that may come at once.'),
  {
    name: 'floodRefusals',
    kind: 'integer',
    min: 0,
    max: 100_000_000,
    default: 2000,
    unit: 'requests',
    description: 'Requests of one network refused in 10 s after which it is blocked for a while; 0 = never.',
  },
  {
    name: 'joinQuota',
    kind: 'integer',
    min: 0,
    max: 100_000_000,
    default: 1000,
    unit: 'visitors',
    description:
      'Joins from one network in 10 minutes; those beyond it are suspect and keep their place; 0 = any number.',
  },
  {
    name: 'allowNetworks',
    kind: 'checked',
    maxCharacters: 4000,
    default: '',
    description: 'Addresses and networks without limits and rules, besides those the gateways are started with.',
    findProblem: findNetworksProblem,
  },
] as const satisfies readonly SettingField[];

export type AdmissionsMode = (typeof admissionsModes)[number];
export type TrafficMode = (typeof trafficModes)[number];

/** Settings in force, as code uses them. */
export type Settings = {
  maxBooking: number;
  visitorTTLMinutes: number;
  bookingLockTTLSeconds: number;
  newBookingsPerMinute: number;
  leaseMinutes: number;
  claimSeconds: number;
  admissions: AdmissionsMode;
  ticketStock: number;
  queueingStatusCode: 200 | 202 | 429;
  maxQueue: number;
  vipSharePercent: number;
  message: string;
  /** As parseRoutingRules reads them. */
  routingRules: string;
  trafficControl: TrafficMode;
  visitorRatePerSec: number;
  visitorBurst: number;
  networkRatePerSec: number;
  networkBurst: number;
  strangerRatePerSec: number;
  strangerBurst: number;
  floodRefusals: number;
  joinQuota: number;
  /** As splitNetworks reads them. */
  allowNetworks: string;
  /** Raised by one at every adopted change. */
  version: number;
};

export const settingNames: readonly string[] = settingFields.map((field) => field.name);

/** The allowed values in words, for messages and forms: `0–1000000`, `open | paused | closed`, `at most 500 characters`. */
export function describeRange(field: SettingField): string {
  if (field.kind === 'integer') return `${field.min}–${field.max}`;
  if (field.kind === 'choice') return field.choices.join(' | ');
  return `at most ${field.maxCharacters} characters`;
}

/** Why `raw` is no value for `field`, or undefined when it is one. Numbers are plain decimal integers, no sign, no spaces. */
export function findSettingProblem(field: SettingField, raw: string): string | undefined {
  if (field.kind === 'integer') {
    const value = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
    if (!(value >= field.min && value <= field.max)) return `must be a whole number ${describeRange(field)}`;
  } else if (field.kind === 'choice') {
    if (!field.choices.includes(raw)) return `must be one of ${describeRange(field)}`;
  } else if (field.kind === 'checked') {
    return field.findProblem(raw);
  } else {
    if ([...raw].length > field.maxCharacters) return `must have ${describeRange(field)}`;
    if (/[\p{Cc}--[\n]]/v.test(raw)) return 'must be plain text without control characters';
  }
  return undefined;
}

/**
 * Turns the hash of the settings in force into settings. It was checked before it was written; a field that is absent, or that
 * somebody spoiled by hand, takes its default until the leader has mended it.
 */
export function parseSettings(hash: Readonly<Record<string, string>>): Settings {
  const text = (name: string): string => {
    const field: SettingField | undefined = settingFields.find((candidate) => candidate.name === name);
    if (!field) return '';
    const raw = hash[name];
    return raw !== undefined && findSettingProblem(field, raw) === undefined ? raw : String(field.default);
  };
  const number = (name: string) => Number(text(name));
  return Object.freeze({
    maxBooking: number('maxBooking'),
    visitorTTLMinutes: number('visitorTTLMinutes'),
    bookingLockTTLSeconds: number('bookingLockTTLSeconds'),
    newBookingsPerMinute: number('newBookingsPerMinute'),
    leaseMinutes: number('leaseMinutes'),
    claimSeconds: number('claimSeconds'),
    admissions: text('admissions') as AdmissionsMode,
    ticketStock: number('ticketStock'),
    queueingStatusCode: number('queueingStatusCode') as 200 | 202 | 429,
    maxQueue: number('maxQueue'),
    vipSharePercent: number('vipSharePercent'),
    message: text('message'),
    routingRules: text('routingRules'),
    trafficControl: text('trafficControl') as TrafficMode,
    visitorRatePerSec: number('visitorRatePerSec'),
    visitorBurst: number('visitorBurst'),
    networkRatePerSec: number('networkRatePerSec'),
    networkBurst: number('networkBurst'),
    strangerRatePerSec: number('strangerRatePerSec'),
    strangerBurst: number('strangerBurst'),
    floodRefusals: number('floodRefusals'),
    joinQuota: number('joinQuota'),
    allowNetworks: text('allowNetworks'),
    version: /^\d{1,15}$/.test(hash.version ?? '') ? Number(hash.version) : 0,
  });
}

function findRoutingRulesProblem(text: string): string | undefined {
  const parsed = parseRoutingRules(text);
  return parsed.kind === 'bad' ? `must be routing rules (${describeRulesProblem(parsed)})` : undefined;
}

/** The entries of a list of networks: one a line, or separated by spaces or commas. */
export function splitNetworks(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** The first entry of a list that is neither an address nor a network. */
export function findNoNetwork(text: string): string | undefined {
  return splitNetworks(text).find((entry) => normalizeNetwork(entry) === undefined);
}

function findNetworksProblem(text: string): string | undefined {
  if ([...text].length > 4000) return 'must have at most 4000 characters';
  const entry = findNoNetwork(text);
  return entry === undefined ? undefined : `must be addresses and networks, not ${JSON.stringify(entry.slice(0, 60))}`;
}

function rate<const Name extends string>(name: Name, initial: number, description: string) {
  return {
    name,
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: initial,
    unit: 'requests per second',
    description,
  } as const;
}

function burst<const Name extends string>(name: Name, initial: number, description: string) {
  return { name, kind: 'integer', min: 1, max: 10_000_000, default: initial, unit: 'requests', description } as const;
}
