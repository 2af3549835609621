import { describeRulesProblem, maxRulesCharacters, parseRoutingRules } from './routing-rules.ts';

/**
 * The settings operators change while a sale runs, one row a field: the single source of names, ranges and defaults
 * for the Lua script that adopts them, the operators' form and the docs.
 */
export const admissionsModes = ['open', 'paused', 'closed'] as const;
export const queueingStatusCodes = ['200', '202', '429'] as const;

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
] as const satisfies readonly SettingField[];

export type AdmissionsMode = (typeof admissionsModes)[number];

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

/** Turns a hash of strings that was checked before into settings; absent fields take their default. */
export function parseSettings(hash: Record<string, string>): Settings {
  const number = (name: string) => {
    const field = settingFields.find((candidate) => candidate.name === name);
    return Number(hash[name] ?? field?.default);
  };
  return Object.freeze({
    maxBooking: number('maxBooking'),
    visitorTTLMinutes: number('visitorTTLMinutes'),
    bookingLockTTLSeconds: number('bookingLockTTLSeconds'),
    newBookingsPerMinute: number('newBookingsPerMinute'),
    leaseMinutes: number('leaseMinutes'),
    claimSeconds: number('claimSeconds'),
    admissions: (hash.admissions ?? 'open') as AdmissionsMode,
    ticketStock: number('ticketStock'),
    queueingStatusCode: number('queueingStatusCode') as 200 | 202 | 429,
    maxQueue: number('maxQueue'),
    vipSharePercent: number('vipSharePercent'),
    message: hash.message ?? '',
    routingRules: hash.routingRules ?? '',
    version: Number(hash.version ?? 0),
  });
}

function findRoutingRulesProblem(text: string): string | undefined {
  const parsed = parseRoutingRules(text);
  return parsed.kind === 'bad' ? `must be routing rules (${describeRulesProblem(parsed)})` : undefined;
}
