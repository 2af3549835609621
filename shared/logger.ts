import { type DestinationStream, type Logger, pino } from 'pino';
import { internalHeaderPrefix } from './contracts/internal-headers.ts';

export type { Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

const redacted = '[redacted]';
const secretNames = new Set(['cookie', 'set-cookie', 'authorization', 'proxy-authorization', 'password', 'secrets']);
const addressNames = new Set(['url', 'originalurl', 'path', 'location', 'referer', 'referrer']);
const maxDepth = 5;

function cleanValue(name: string, value: unknown, depth: number): unknown {
  const lowerName = name.toLowerCase();
  if (secretNames.has(lowerName) || lowerName.startsWith(internalHeaderPrefix)) return redacted;
  if (typeof value === 'string' && addressNames.has(lowerName)) return cutQuery(value);
  return cleanFields(value, depth + 1);
}

function cleanFields(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
  if (Array.isArray(value)) return value.map((item) => cleanFields(item, depth + 1));
  // Errors have their own serializer; class instances are not ours to take apart.
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, cleanValue(name, field, depth)]));
}

/** The address without its query string and fragment: those may carry invitations and other credentials. */
export function cutQuery(address: string): string {
  const end = address.search(/[?#]/);
  return end === -1 ? address : address.slice(0, end);
}

/** Libraries put whole addresses into their sentences (Fastify: `… forget to "return reply" in "/page?query" (GET) route?`). */
function cutQueries(message: string): string {
  return message.includes('?') ? message.replace(/(\/[^\s"'?]*)\?[^\s"']+/g, '$1') : message;
}

type LoggedError = {
  type: string;
  code?: unknown;
  statusCode?: unknown;
  message: string;
  stack?: string;
  cause?: unknown;
};

// Only these: errors of clients (ioredis, undici) carry commands, headers and bodies as further fields.
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? cleanFields(error, 0) : error;
  const logged: LoggedError = { type: error.name, message: error.message, stack: error.stack };
  if ('code' in error) logged.code = error.code;
  if ('statusCode' in error) logged.statusCode = error.statusCode;
  if (error.cause !== undefined && depth < maxDepth) logged.cause = serializeError(error.cause, depth + 1);
  return logged;
}

// A request or response that is logged whole shows no header and no query.
const serializers = {
  err: (error: unknown) => serializeError(error),
  req: (request: { method?: unknown; url?: unknown; id?: unknown }) => ({
    id: request.id,
    method: request.method,
    path: typeof request.url === 'string' ? cutQuery(request.url) : undefined,
  }),
  res: (response: { statusCode?: unknown }) => ({ statusCode: response.statusCode }),
};

/**
 * A logger of JSON lines with the room and the instance in each. Cookies, authorization, passwords and `x-fairline-*`
 * headers are redacted wherever they stand in the logged fields, and addresses lose their query string, also those in a
 * message. Other free text is not looked into: what may be secret goes into fields, not messages.
 */
export function createLogger({
  room,
  instanceId,
  level,
  destination,
}: {
  room: string;
  instanceId: string;
  level: LogLevel;
  /** Default: standard output. */
  destination?: DestinationStream;
}): Logger {
  const options = {
    level,
    base: { room, instanceId },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers,
    hooks: {
      logMethod(args: unknown[], method: (...args: unknown[]) => void) {
        method.apply(
          this,
          args.map((arg) => (typeof arg === 'string' ? cutQueries(arg) : arg)),
        );
      },
    },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => cleanFields(fields, 0) as Record<string, unknown>,
    },
  };
  // Written at once: what is buffered is lost with a killed process, and a lost reader would hold up the exit.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}
