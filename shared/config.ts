import { randomBytes } from 'node:crypto';
import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseRedisUrl } from './redis/address.ts';
import { eventPattern } from './stores/keys.ts';

/** The process cannot start with what it was given. `problems` has one line for every bad field. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  problems: string[];

  constructor(problems: string[]) {
    super(
      `configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.join('\n')}`,
    );
    this.problems = problems;
  }
}

const minSecretCharacters = 32;

/**
 * A field that holds secrets, `new,old`: the first signs, all verify. Each has at least 32 characters. It has no
 * default and is never printed.
 */
export const SecretList = Type.Array(Type.String({ minLength: minSecretCharacters }), {
  minItems: 1,
  secret: true,
  description: 'secrets separated by commas: the first signs, all verify; each at least 32 characters',
});

/** `new,old` as a list. Throws a ConfigError that does not show them when one has fewer than 32 characters. */
export function secretList(text: string): readonly string[] {
  const secrets = splitList(text);
  const problem = findSecretProblem(secrets);
  if (problem) throw new ConfigError([problem]);
  return Object.freeze(secrets);
}

function findSecretProblem(secrets: string[]): string | undefined {
  if (secrets.length === 0) return 'needs at least one secret';
  const short = secrets.findIndex((secret) => secret.length < minSecretCharacters);
  if (short !== -1)
    return `each secret needs at least ${minSecretCharacters} characters; number ${short + 1} has fewer`;
  if (new Set(secrets).size < secrets.length) return 'has the same secret twice';
  return undefined;
}

const port = (description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: 0, description });

/** The fields all rooms share: spread them into a room's schema. */
export const commonConfig = {
  REDIS_URL: Type.String({
    default: 'redis://127.0.0.1:6379',
    secret: true,
    findProblem: findRedisUrlProblem,
    description:
      'where Redis is: redis://host:port, redis+cluster://host:port,… or redis+sentinel://host:port,…/master-name, with rediss for TLS; may hold a password and is never printed',
  }),
  REDIS_TLS_CA: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'file with the certificates (PEM) that may sign the one of Redis; default: those of Node',
    }),
  ),
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'address the room listens on' }),
  PORT: port('port the room listens on; 0 = any free one'),
  INTERNAL_HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'address of /livez, /readyz, /metrics',
  }),
  INTERNAL_PORT: port('port of /livez, /readyz, /metrics; 0 = any free one'),
  ADVERTISE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]+$',
      description:
        'origin under which others reach the room; default: the address it listens on, of 0.0.0.0 and :: the own one',
    }),
  ),
  INSTANCE_ID: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$',
      description: 'name of this process in the instance map; default: the room and 8 hex digits',
    }),
  ),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'least level that is logged',
  }),
  EVENT: Type.String({ pattern: eventPattern.source, default: 'default', description: 'id of the sale' }),
  DRAIN_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 600_000,
    default: 0,
    description: 'ms between saying draining and closing the listener, so that gateways hear of it first',
  }),
  STOP_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    description: 'ms after which a stop that is not done is cut off',
  }),
  CAPACITY: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'requests at once this process can take' }),
  ),
};

/** The id of a process that was given none: `booking-1f2e3d4c`. */
export function createInstanceId(room: string): string {
  return `${room}-${randomBytes(4).toString('hex')}`;
}

type FieldSchema = TSchema & {
  default?: unknown;
  description?: string;
  secret?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  pattern?: string | RegExp;
  format?: string;
  enum?: unknown[];
  /** For what no pattern can say: what a value must be, undefined when it is. */
  findProblem?: (value: string) => string | undefined;
};

function findRedisUrlProblem(text: string): string | undefined {
  const address = parseRedisUrl(text);
  return address.kind === 'refused' ? address.problem : undefined;
}

/**
 * Reads the schema's fields from `env`, where everything is text: `8080` becomes an integer, `1` `0` `true` `false` a
 * boolean, `a,b` an array. Empty counts as not set. Throws one ConfigError that names every bad field; the result is
 * frozen.
 */
export function readConfig<T extends TObject>(schema: T, env: Record<string, string | undefined>): Readonly<Static<T>> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties as Record<string, FieldSchema>)) {
    const text = env[name];
    if (text === undefined || text.trim() === '') {
      if (field.default !== undefined) config[name] = structuredClone(field.default);
      else if (!Type.IsOptional(field)) {
        problems.push(`${name} is not set${field.description ? ` (${field.description})` : ''}`);
      }
      continue;
    }
    const value = convert(field, text.trim());
    const problem = findProblem(field, value);
    if (problem === undefined) config[name] = value;
    else problems.push(`${name} ${problem}${field.secret ? '' : `, not ${JSON.stringify(text)}`}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config) as Readonly<Static<T>>;
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

// What cannot be converted stays text, which the check then refuses.
function convert(field: FieldSchema, text: string): unknown {
  if (Type.IsInteger(field)) return /^[+-]?\d+$/.test(text) ? Number(text) : text;
  if (Type.IsNumber(field)) return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (Type.IsBoolean(field))
    return text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : text;
  if (Type.IsArray(field)) return splitList(text).map((item) => convert(field.items as FieldSchema, item));
  if (Type.IsUnion(field) || Type.IsLiteral(field)) return Value.Check(field, text) ? text : Value.Convert(field, text);
  return text;
}

function findProblem(field: FieldSchema, value: unknown): string | undefined {
  if (field.secret && Type.IsArray(field)) {
    const problem = findSecretProblem(value as string[]);
    if (problem) return problem;
  }
  if (!Value.Check(field, value)) return `must be ${describeField(field)}`;
  return field.findProblem?.(String(value));
}

/** What a field takes, in words. */
function describeField(field: FieldSchema): string {
  const { minimum, maximum } = field;
  if (Type.IsInteger(field) || Type.IsNumber(field)) {
    const kind = Type.IsInteger(field) ? 'a whole number' : 'a number';
    if (minimum !== undefined && maximum !== undefined) return `${kind} ${minimum}–${maximum}`;
    if (minimum !== undefined) return `${kind} of at least ${minimum}`;
    return maximum === undefined ? kind : `${kind} of at most ${maximum}`;
  }
  if (Type.IsBoolean(field)) return 'one of 1 | 0 | true | false';
  if (Array.isArray(field.enum)) return `one of ${field.enum.join(' | ')}`;
  if (Type.IsUnion(field)) {
    return `one of ${field.anyOf.map((choice) => ('const' in choice ? choice.const : describeField(choice))).join(' | ')}`;
  }
  if (Type.IsArray(field)) return `a list separated by commas, each ${describeField(field.items as FieldSchema)}`;
  if (field.pattern !== undefined) return `${field.description ?? 'text'} (form ${field.pattern})`;
  if (field.minLength !== undefined) return `text of at least ${field.minLength} characters`;
  if (field.maxLength !== undefined) return `text of at most ${field.maxLength} characters`;
  return field.format ? `a ${field.format}` : 'text';
}
