import { type CodedError, createCodedError, type ErrorCode, isCodedError } from './errors.ts';

const codesOfFastify: Record<string, ErrorCode> = {
  FST_ERR_BAD_URL: 'BAD_PATH',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_CSRF_MISSING_SECRET: 'CSRF',
  FST_CSRF_INVALID_TOKEN: 'CSRF',
};

const codesOfStatus: Record<number, ErrorCode> = {
  401: 'LOGIN_REQUIRED',
  404: 'NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
};

const redisMessages =
  /^(Command timed out|Connection is closed\.?|Stream isn't writeable|Reached the max retries|Cluster isn't ready|Cluster is ended|None of startup nodes|Too many Cluster redirections|(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|MISCONF) )/;

/** A key holds another type than ours: the first is Redis's own word, the second that of our scripts. */
const wrongKeyMessages = /^(WRONGTYPE|WRONGKEY) /;

type LooseError = Error & {
  code?: unknown;
  statusCode?: unknown;
  validation?: { instancePath?: string; message?: string; params?: Record<string, unknown> }[];
  validationContext?: string;
};

/** Whether Redis is away or takes no writes, judged by what its client throws. */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'MaxRetriesPerRequestError' || redisMessages.test(error.message);
}

/** Whether a key of ours was made into something else, by a hand or another program. */
export function isRedisSpoiled(error: unknown): boolean {
  return error instanceof Error && wrongKeyMessages.test(error.message);
}

/** Any error thrown in an app as one of the table; the first is kept as its cause. What nobody foresaw is INTERNAL. */
export function toCodedError(thrown: unknown): CodedError {
  if (isCodedError(thrown)) return thrown;
  const cause = { cause: thrown };
  if (!(thrown instanceof Error)) return createCodedError('INTERNAL', cause);
  const error = thrown as LooseError;
  if (error.validation) return createCodedError('BAD_REQUEST', describeValidation(error), cause);
  const known = codesOfFastify[String(error.code)];
  if (known) return createCodedError(known, cause);
  const status = typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status >= 400 && status < 500) {
    const code = codesOfStatus[status];
    return code ? createCodedError(code, cause) : createCodedError('BAD_REQUEST', describeClientFault(error), cause);
  }
  if (isRedisSpoiled(error)) return createCodedError('DATA_SPOILED', cause);
  return createCodedError(isRedisUnavailable(error) ? 'REDIS_UNAVAILABLE' : 'INTERNAL', cause);
}

// `body/amount must be integer`, `query must have required properties page`.
function describeValidation({ validation, validationContext }: LooseError): string {
  const first = validation?.[0];
  return `${validationContext ?? 'request'}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`;
}

function describeClientFault(error: LooseError): string {
  if (error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'the JSON body is empty';
  if (error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError)
    return 'the body is not valid JSON';
  return 'it does not follow the protocol';
}
