import fc from 'fast-check';
import { toRequest } from './request.ts';
import { bytes, lineText, longText } from './text.ts';

/** Cookies of a visitor in line, of one with a place and of one who never came before, and what can go wrong with them. */
const genuine = fc
  .tuple(
    fc.constantFrom('cookie', 'booked', 'new', 'ticket', 'session'),
    fc.constantFrom('', ':cut', ':flip', ':upper', ':double', ':id', ':quoted', ':encoded', ':spaced'),
  )
  .map(([who, change]) => `{${who}${change}}`);

const signature = fc.string({ unit: fc.constantFrom(...'ABCxyz019-_'), minLength: 43, maxLength: 43 });

const value = fc.oneof(
  { weight: 4, arbitrary: genuine },
  { weight: 2, arbitrary: fc.tuple(fc.uuid(), signature).map(([id, mac]) => `${id}.${mac}`) },
  lineText(60),
  longText,
  fc.constantFrom('', '.', '..', '%00', '"', '=', 'undefined', '.'.repeat(200), 'v1.x.y', 'a=b=c'),
);

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('visitor_id', 'visitor_ticket', 'fairline_operator') },
  fc.constantFrom(
    '',
    'VISITOR_ID',
    ' visitor_id',
    'visitor_id\t',
    '__Host-visitor_id',
    '__proto__',
    'visitor_id[]',
    '$Version',
  ),
  lineText(20),
);

const header = fc
  .array(fc.tuple(name, fc.constantFrom('=', '=', '=', ' = ', ''), value), { minLength: 1, maxLength: 12 })
  .chain((pairs) =>
    fc
      .constantFrom('; ', '; ', ';', ' ; ', ',', ';;', '\t;', '& ')
      .map((separator) => pairs.map((parts) => parts.join('')).join(separator)),
  );

const routes = fc.constantFrom(
  ...['GET /', 'GET /ticketing', 'GET /ticketing/x', 'GET /queue/status', 'GET /queue/events', 'POST /apply'],
  ...[
    'POST /queue/leave',
    'GET /api/booking',
    'POST /api/booking/confirm',
    'GET /order',
    'GET /system',
    'HEAD /ticketing',
  ],
  ...['GET /ticketing?fairline-cookie=1', 'GET /system/api/overview', 'DELETE /ticketing'],
);

export const cookieRequests: fc.Arbitrary<string> = fc
  .record({
    route: routes,
    cookies: fc.array(fc.oneof({ weight: 9, arbitrary: header }, bytes(40).map(onOneLine)), {
      minLength: 1,
      maxLength: 3,
    }),
    accept: fc.constantFrom('text/html', 'application/json', '*/*'),
  })
  .map(({ route, cookies, accept }) =>
    toRequest(route, [['Accept', accept], ...cookies.map((text) => ['Cookie', text] as const)]),
  );

function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, '');
}
