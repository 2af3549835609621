import type { Room } from './contracts/instance-report.ts';

/** Where a fault comes from: the asker, the instance asked on their behalf, Redis, or this process. */
export type ErrorSource = 'client' | 'upstream' | 'redis' | 'internal';

export type ErrorRow = {
  status: number;
  /** The room that answers with it; `shared` when any room does. */
  room: Room | 'shared';
  source: ErrorSource;
  /** Whether the same request, unchanged, may succeed a little later. */
  retryable: boolean;
  /** Seconds for `Retry-After`, on answers that should carry one. */
  retryAfterSec?: number;
  /** With `%s` slots, in the words of the asker; never with internals. */
  message: string;
};

/**
 * Every error a program or a person can meet, by its public code: one row each, the same in docs/errors.md (a test
 * compares them). A code once published keeps its name and meaning.
 */
export const errorTable = {
  BAD_PATH: {
    status: 400,
    room: 'router',
    source: 'client',
    retryable: false,
    message: 'The path is not in a form that can be matched safely.',
  },
  COOKIE_REQUIRED: {
    status: 428,
    room: 'router',
    source: 'client',
    retryable: true,
    message: 'This request needs the visitor_id cookie, which this answer sets: accept it and send the request again.',
  },
  CROSS_SITE: {
    status: 403,
    room: 'router',
    source: 'client',
    retryable: false,
    message: 'Requests that change something are not accepted from other sites.',
  },
  NOT_BOOKED: {
    status: 403,
    room: 'booking',
    source: 'client',
    retryable: false,
    message: 'You hold no place in the booking. Line up at /ticketing first.',
  },
  IDENTITY_REQUIRED: {
    status: 403,
    room: 'booking',
    source: 'client',
    retryable: false,
    message: 'This address is reached through the gateway only.',
  },
  PLACE_ENDED: {
    status: 409,
    room: 'booking',
    source: 'client',
    retryable: false,
    message: 'Your place has ended. You can line up again at /ticketing.',
  },
  SOLD_OUT: {
    status: 409,
    room: 'booking',
    source: 'client',
    retryable: false,
    message: 'All tickets of this sale are sold.',
  },
  INSTANCE_FULL: {
    status: 503,
    room: 'booking',
    source: 'internal',
    retryable: true,
    retryAfterSec: 1,
    message: 'This instance has all the requests in hand that it can take. It is full, not sick: ask another one.',
  },
  INVITE_USED: {
    status: 403,
    room: 'waiting-room',
    source: 'client',
    retryable: false,
    message: 'This invitation is for one visitor, and somebody else has taken it.',
  },
  INVITE_EXPIRED: {
    status: 410,
    room: 'waiting-room',
    source: 'client',
    retryable: false,
    message: 'The time of this invitation is over.',
  },
  INVITE_UNKNOWN: {
    status: 400,
    room: 'waiting-room',
    source: 'client',
    retryable: false,
    message: 'This is no invitation of ours. The address may have been cut short.',
  },
  CLOSED: {
    status: 409,
    room: 'waiting-room',
    source: 'client',
    retryable: false,
    message: 'The line is closed: nobody can join it now.',
  },
  LINE_FULL: {
    status: 503,
    room: 'waiting-room',
    source: 'internal',
    retryable: true,
    retryAfterSec: 30,
    message: 'The line is full. Please try again later.',
  },
  TRY_AGAIN: {
    status: 503,
    room: 'shared',
    source: 'internal',
    retryable: true,
    retryAfterSec: 1,
    message: 'This could not be settled right now. Please try again in a moment.',
  },
  CONFIRM_NOT_SAFE: {
    status: 503,
    room: 'booking',
    source: 'redis',
    retryable: true,
    retryAfterSec: 1,
    message: 'Your order is noted, but not yet safe. Confirm again: it stays the same order.',
  },
  NO_CAPACITY: {
    status: 503,
    room: 'router',
    source: 'upstream',
    retryable: true,
    retryAfterSec: 5,
    message: 'No booking instance can take the request right now. Your place is kept.',
  },
  OVERLOADED: {
    status: 503,
    room: 'router',
    source: 'upstream',
    retryable: true,
    retryAfterSec: 1,
    message: 'The service has all the requests in hand that it can take. Please try again in a moment.',
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    room: 'router',
    source: 'client',
    retryable: true,
    retryAfterSec: 1,
    message: 'Too many requests come from here. If you are in line, your place is kept. Please slow down.',
  },
  BLOCKED: {
    status: 403,
    room: 'router',
    source: 'client',
    retryable: true,
    retryAfterSec: 60,
    message: 'Requests from here are not accepted for a while.',
  },
  NO_WAITING_ROOM: {
    status: 503,
    room: 'router',
    source: 'upstream',
    retryable: true,
    retryAfterSec: 5,
    message: 'The waiting room cannot be reached right now. Places are kept.',
  },
  NO_ADMIN: {
    status: 503,
    room: 'router',
    source: 'upstream',
    retryable: true,
    retryAfterSec: 5,
    message: "The operators' page cannot be reached right now.",
  },
  UPSTREAM_REFUSED: {
    status: 502,
    room: 'router',
    source: 'upstream',
    retryable: true,
    message: 'The service refused the connection.',
  },
  UPSTREAM_RESET: {
    status: 502,
    room: 'router',
    source: 'upstream',
    retryable: false,
    message: 'The service broke off before its answer was complete.',
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    room: 'router',
    source: 'upstream',
    retryable: false,
    message: 'The service did not answer in time.',
  },
  UPSTREAM_CONNECT_TIMEOUT: {
    status: 503,
    room: 'router',
    source: 'upstream',
    retryable: true,
    retryAfterSec: 1,
    message: 'The service could not be reached in time. Nothing was sent to it.',
  },
  UPSTREAM_IDLE_TIMEOUT: {
    status: 504,
    room: 'router',
    source: 'upstream',
    retryable: false,
    message: 'The service fell silent before the exchange was complete.',
  },
  UPSTREAM_MALFORMED: {
    status: 502,
    room: 'router',
    source: 'upstream',
    retryable: false,
    message: 'The service gave an answer that is not valid HTTP.',
  },
  STREAMS_FULL: {
    status: 503,
    room: 'router',
    source: 'internal',
    retryable: true,
    retryAfterSec: 5,
    message: 'As many streams are open as the service can hold. Please try again later.',
  },
  BAD_SETTING: {
    status: 400,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: '%s %s, not %s.',
  },
  BAD_REPLICAS: {
    status: 400,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'The number of %s instances must be a whole number %s, not %s.',
  },
  ADMIT_REFUSED: {
    status: 409,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'This visitor cannot be let in now: %s.',
  },
  LAST_ADMIN: {
    status: 409,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'This is the last operators’ page that takes requests: nobody could enable it again from here.',
  },
  SALE_NAME: {
    status: 400,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'Type the name of the event, %s, to begin a new sale.',
  },
  SALE_NOT_CLOSED: {
    status: 409,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'A new sale begins only while admissions are closed.',
  },
  SALE_PLACES_HELD: {
    status: 409,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: '%s visitors still hold a place. Wait for them, or say that their places end.',
  },
  SALE_CHANGED: {
    status: 409,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'Another sale runs than the one that was looked at. Load the page again.',
  },
  BAD_LOGIN: {
    status: 401,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'The name or the password is wrong.',
  },
  LOGIN_REQUIRED: {
    status: 401,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'Please log in first.',
  },
  LOGIN_SLOWED: {
    status: 429,
    room: 'admin',
    source: 'client',
    retryable: true,
    retryAfterSec: 5,
    message: 'Too many failed logins. Wait a little before the next one.',
  },
  CSRF: {
    status: 403,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'The form is out of date or did not come from this page. Load the page again.',
  },
  OPERATOR_ONLY: {
    status: 403,
    room: 'admin',
    source: 'client',
    retryable: false,
    message: 'You are logged in as a viewer: only an operator may change things.',
  },
  BAD_REQUEST: {
    status: 400,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'The request is malformed: %s.',
  },
  NOT_FOUND: {
    status: 404,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'There is nothing at this address.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'This address does not take %s requests.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    room: 'shared',
    source: 'client',
    retryable: true,
    message: 'The request took too long to arrive.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'The request body is too large.',
  },
  URI_TOO_LONG: {
    status: 414,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'The address is too long.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    room: 'router',
    source: 'client',
    retryable: false,
    message: 'Of all expectations only 100-continue is understood.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'The request body has a content type that is not accepted here.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    room: 'shared',
    source: 'client',
    retryable: false,
    message: 'The request headers are too large.',
  },
  REDIS_UNAVAILABLE: {
    status: 503,
    room: 'shared',
    source: 'redis',
    retryable: true,
    retryAfterSec: 2,
    message: 'The connection to the line is lost for the moment. Please try again shortly.',
  },
  DATA_SPOILED: {
    status: 503,
    room: 'shared',
    source: 'redis',
    retryable: true,
    retryAfterSec: 5,
    message: 'What is stored about the line is not in its right form, and has to be mended first. Places are kept.',
  },
  NOT_READY: {
    status: 503,
    room: 'shared',
    source: 'internal',
    retryable: true,
    retryAfterSec: 1,
    message: 'This process is starting or stopping. Please try again in a moment.',
  },
  INTERNAL: {
    status: 500,
    room: 'shared',
    source: 'internal',
    retryable: false,
    message: 'Something went wrong on our side.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The row of a code with every column present, also those most rows leave out. */
export function errorRow(code: ErrorCode): ErrorRow {
  return errorTable[code];
}
