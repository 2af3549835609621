import { ErrorBody } from '@fairline/shared/contracts/error-body.ts';
import { type ErrorCode, errorTable } from '@fairline/shared/error-table.ts';
import Value from 'typebox/value';
import type { Exchange, RawAnswer } from './raw-exchange.ts';

/** Where an answer of ours may come from in code or on disk; none of it is anybody's business. */
const internals = /\bat .{1,200}\.(ts|js|lua):\d+|node_modules|ERR_[A-Z_]{4,}|WRONGTYPE|WRONGKEY|ioredis|\.lua\b/;

export type Leniency = {
  /** The request may be cut short or no HTTP at all: an end without a word is an answer too. */
  mayBeNoRequest?: boolean;
  /** The answer may come from an instance that is not ours. */
  mayBeForeign?: boolean;
};

/**
 * What is wrong with an answer to somebody who may send anything; undefined when nothing is. Right is: an answer in time,
 * well formed; never 500, of the other 5xx only 503 with a code that says so; errors in JSON of the contract's shape; nothing
 * of our inside.
 */
export function findAnswerProblem(
  exchange: Exchange,
  { mayBeNoRequest = false, mayBeForeign = false }: Leniency = {},
): string | undefined {
  if (exchange.kind === 'malformed') return `no HTTP: ${JSON.stringify(exchange.text.slice(0, 200))}`;
  if (exchange.kind === 'silent') return 'no answer, and the connection stays open';
  if (exchange.kind === 'closed') return mayBeNoRequest ? undefined : 'the connection was closed without an answer';
  const { answer } = exchange;
  if (mayBeForeign && answer.status < 500) return undefined;
  if (answer.status >= 500 && answer.status !== 503 && !(mayBeForeign && answer.status !== 500)) {
    return `status ${answer.status}: ${answer.body.slice(0, 300)}`;
  }
  for (const name of answer.headers.keys()) if (name.startsWith('x-fairline-')) return `shows the header ${name}`;
  if (answer.headers.has('set-cookie') && !/no-store/.test(answer.headers.get('cache-control') ?? '')) {
    return 'sets a cookie and may be stored';
  }
  return findBodyProblem(answer);
}

function findBodyProblem({ status, headers, body }: RawAnswer): string | undefined {
  if (status < 400) return undefined;
  const leak = internals.exec(body)?.[0];
  if (leak !== undefined) return `shows our inside: ${leak}`;
  if (body === '' || !headers.get('content-type')?.startsWith('application/json')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return `a body that is no JSON: ${body.slice(0, 200)}`;
  }
  if (!Value.Check(ErrorBody, value)) return `an error of another shape: ${body.slice(0, 300)}`;
  if (!Object.hasOwn(errorTable, value.code)) return `an unknown code: ${value.code}`;
  const row = errorTable[value.code as ErrorCode];
  if (value.statusCode !== status || row.status !== status) return `code ${value.code} with status ${status}`;
  return undefined;
}
