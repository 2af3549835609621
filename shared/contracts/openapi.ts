import type { TSchema } from 'typebox';
import { BookingState, Choice, Order } from './booking-state.ts';
import { ErrorBody } from './error-body.ts';
import { VisitorStatus } from './visitor-status.ts';

type Header = { description: string; schema: TSchema | Record<string, unknown> };
type Answer = { description: string; body?: string; type?: string; headers?: Record<string, Header> };

const json = 'application/json';
const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const cookieSecurity = [{ visitor: [] }];
const retryAfter: Record<string, Header> = {
  'Retry-After': { description: 'seconds until the request is worth repeating', schema: { type: 'integer' } },
};

const statusAnswer: Answer = { description: 'Where the visitor stands.', body: 'VisitorStatus' };
const bookingAnswer: Answer = { description: 'The place, the choice and the order.', body: 'BookingState' };
const refusals = {
  crossSite: { description: '`CROSS_SITE`: the request comes from another site.', body: 'ErrorBody' },
  noCookie: { description: '`NOT_BOOKED`: the visitor has no cookie yet.', body: 'ErrorBody' },
  refused: {
    description: '`NOT_BOOKED`: the visitor never held a place. `CROSS_SITE`: the request comes from another site.',
    body: 'ErrorBody',
  },
  badChoice: {
    description: '`BAD_REQUEST`: the choice is none; the message names field and range.',
    body: 'ErrorBody',
  },
  cookie: {
    description:
      '`COOKIE_REQUIRED`: the visitor has no cookie yet, this answer sets it. Send the request again with the cookie.',
    body: 'ErrorBody',
  },
  ended: { description: '`PLACE_ENDED`: the place has ended; join again.', body: 'ErrorBody' },
  endedOrSoldOut: { description: '`PLACE_ENDED`, or `SOLD_OUT`: every ticket is sold.', body: 'ErrorBody' },
  later: {
    description: '`REDIS_UNAVAILABLE`, `TRY_AGAIN`, `NO_CAPACITY` or another code of docs/errors.md: try again later.',
    body: 'ErrorBody',
    headers: retryAfter,
  },
} satisfies Record<string, Answer>;

function answers(list: Readonly<Record<number, Answer>>) {
  return Object.fromEntries(
    Object.entries(list).map(([status, { description, body, type = json, headers }]) => [
      status,
      {
        description,
        ...(headers && { headers }),
        ...(body && { content: { [type]: { schema: body === 'EventStream' ? { type: 'string' } : refer(body) } } }),
      },
    ]),
  );
}

const choiceBody = (isRequired: boolean) => ({
  required: isRequired,
  content: { [json]: { schema: refer('Choice') } },
});

/**
 * The visitors' API as an OpenAPI 3.1 document, whose schemas are those the rooms check and answer with. `version` is
 * that of the program.
 */
export function createOpenApi({ version }: { version: string }) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fairline: the visitors’ API',
      version,
      description:
        'What the waiting page and the booking page do, for apps. Send `Accept: application/json`, keep cookies, poll no ' +
        'sooner than `refreshAfterSeconds`. Unknown numbers are null, never a guess. Errors have a stable `code`.',
    },
    servers: [{ url: '/', description: 'the gateway' }],
    tags: [
      { name: 'line', description: 'Joining, waiting, leaving' },
      { name: 'booking', description: 'For those who were admitted' },
    ],
    paths: {
      '/apply': {
        post: {
          tags: ['line'],
          operationId: 'apply',
          summary: 'Join the line, or join again after a turn that ended',
          description:
            'Idempotent while waiting or booked: a visitor keeps the first number. Answers `booked` at once when a place ' +
            'is free and nobody waits. `full`, `closed` and `soldOut` say that nobody can join now.',
          security: cookieSecurity,
          responses: answers({
            200: { ...statusAnswer, headers: retryAfter },
            403: refusals.crossSite,
            428: refusals.cookie,
            503: refusals.later,
          }),
        },
      },
      '/queue/status': {
        get: {
          tags: ['line'],
          operationId: 'readStatus',
          summary: 'Where the visitor stands',
          description:
            'Also without a cookie: then the status is `none`. Asking too early costs nothing and tells nothing new.',
          security: [{}, ...cookieSecurity],
          responses: answers({ 200: statusAnswer, 503: refusals.later }),
        },
      },
      '/queue/events': {
        get: {
          tags: ['line'],
          operationId: 'listen',
          summary: 'The same as a stream of server-sent events',
          description:
            'Events `status` (when it opens, then at most every `refreshAfterSeconds`), `admitted` and `outcome` (at once), ' +
            'each with a VisitorStatus as data and the number of the newest change as id; a comment every 15 s. ' +
            'After a reconnect, with `Last-Event-ID` or without, the first event tells all that was missed.',
          security: cookieSecurity,
          parameters: [
            {
              name: 'Last-Event-ID',
              in: 'header',
              required: false,
              description: 'id of the last event received; clients of server-sent events send it by themselves',
              schema: { type: 'string' },
            },
          ],
          responses: answers({
            200: { description: 'The stream.', body: 'EventStream', type: 'text/event-stream' },
            204: { description: 'Not near the front yet: poll `/queue/status`, and listen later.' },
            403: { description: '`IDENTITY_REQUIRED`: the visitor has no cookie yet.', body: 'ErrorBody' },
            503: refusals.later,
          }),
        },
      },
      '/queue/leave': {
        post: {
          tags: ['line'],
          operationId: 'leave',
          summary: 'Give up the place, waiting or booked',
          description: 'Idempotent. The place is gone at once and cannot be taken back.',
          security: [{}, ...cookieSecurity],
          responses: answers({ 200: statusAnswer, 403: refusals.crossSite, 503: refusals.later }),
        },
      },
      '/api/booking': {
        get: {
          tags: ['booking'],
          operationId: 'readBooking',
          summary: 'The place, what was chosen and what was ordered',
          description: 'Also for those who hold no place: the status then says how that came.',
          security: cookieSecurity,
          responses: answers({ 200: bookingAnswer, 403: refusals.noCookie, 503: refusals.later }),
        },
      },
      '/api/booking/choice': {
        post: {
          tags: ['booking'],
          operationId: 'choose',
          summary: 'Keep a choice for the order',
          security: cookieSecurity,
          requestBody: choiceBody(true),
          responses: answers({
            200: bookingAnswer,
            400: refusals.badChoice,
            403: refusals.refused,
            409: refusals.ended,
            503: refusals.later,
          }),
        },
      },
      '/api/booking/confirm': {
        post: {
          tags: ['booking'],
          operationId: 'confirm',
          summary: 'Order',
          description: 'Idempotent: confirming again answers with the same order. Frees the place for the next person.',
          security: cookieSecurity,
          requestBody: choiceBody(false),
          responses: answers({
            200: bookingAnswer,
            400: refusals.badChoice,
            403: refusals.refused,
            409: refusals.endedOrSoldOut,
            503: refusals.later,
          }),
        },
      },
      '/api/booking/cancel': {
        post: {
          tags: ['booking'],
          operationId: 'cancel',
          summary: 'Give the place back without an order',
          description: 'An order that was made stays, and the answer shows it.',
          security: cookieSecurity,
          responses: answers({ 200: bookingAnswer, 403: refusals.refused, 409: refusals.ended, 503: refusals.later }),
        },
      },
    },
    components: {
      schemas: { VisitorStatus, BookingState, Choice, Order, ErrorBody },
      securitySchemes: {
        visitor: {
          type: 'apiKey',
          in: 'cookie',
          name: 'visitor_id',
          description: 'Given by the first answer; keep it with every other cookie the answers set. It is the place.',
        },
      },
    },
  };
}
