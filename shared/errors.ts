import { STATUS_CODES } from 'node:http';
import { format } from 'node:util';
import { createError, type FastifyError } from '@fastify/error';
import type { ErrorBody } from './contracts/error-body.ts';
import { type ErrorCode, errorTable } from './error-table.ts';

export { type ErrorCode, errorRow } from './error-table.ts';

export type CodedError = FastifyError & { code: ErrorCode; statusCode: number };

type CodedErrorConstructor = new (...slots: unknown[]) => CodedError;

const constructors = Object.fromEntries(
  Object.entries(errorTable).map(([code, row]) => [code, createError(code, row.message, row.status)]),
) as unknown as Record<ErrorCode, CodedErrorConstructor>;

// A slot may hold what a client sent: it is told back, but not at any length.
const maxSlotCharacters = 200;

function clipSlots(slots: unknown[]): unknown[] {
  return slots.map((slot) =>
    typeof slot === 'string' && slot.length > maxSlotCharacters ? `${slot.slice(0, maxSlotCharacters)}…` : slot,
  );
}

/** An error to throw: the slots fill the `%s` of the row's message; a last argument `{ cause }` keeps the cause. */
export function createCodedError(code: ErrorCode, ...slots: unknown[]): CodedError {
  return new constructors[code](...clipSlots(slots));
}

/** Whether the error is one of the table's. A foreign error that happens to carry such a code is not. */
export function isCodedError(error: unknown): error is CodedError {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return Object.hasOwn(constructors, error.code) && error instanceof constructors[error.code as ErrorCode];
}

/** The body of an error answer, for answers written without throwing. */
export function errorBody(code: ErrorCode, requestId: string, ...slots: unknown[]): ErrorBody {
  const { status, message } = errorTable[code];
  return toErrorBody(code, status, format(message, ...clipSlots(slots)), requestId);
}

/** The body of an error answer for an error of the table. */
export function bodyOfError(error: CodedError, requestId: string): ErrorBody {
  return toErrorBody(error.code, error.statusCode, error.message, requestId);
}

function toErrorBody(code: ErrorCode, statusCode: number, message: string, requestId: string): ErrorBody {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message, requestId };
}
