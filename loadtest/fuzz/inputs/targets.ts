import fc from 'fast-check';
import { toRequest } from './request.ts';
import { lineText, longText, numberText } from './text.ts';

const segment = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...[
        'ticketing',
        'api',
        'booking',
        'confirm',
        'queue',
        'status',
        'events',
        'assets',
        'page.css',
        'apply',
        'system',
      ],
      ...['login', 'visitors', 'sales', 'orders.csv', 'order', 'metrics', 'livez', 'internal', '1'],
    ),
  },
  fc.constantFrom(
    ...[
      '.',
      '..',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5c',
      '\\',
      '%00',
      '%',
      '%z',
      '%zz',
      '%c0%af',
      '%ff',
      '%e2%82%ac',
      '%F0%9F%8E%AB',
    ],
    ...[
      '\xe9',
      ';x=1',
      ':id',
      '*',
      '~',
      '%7e',
      '%74icketing',
      '%2574',
      '__proto__',
      'constructor',
      '%20',
      '+',
      '%0d%0a',
      '{}',
      '|',
      '"',
    ],
  ),
  lineText(8).map((text) => text.replaceAll(/[ \t]/g, '')),
);

const path = fc
  .tuple(
    fc.constantFrom('/', '/', '/', '/', '//', '', 'http://a/', 'http://127.0.0.1', '*', '/\\'),
    fc.array(segment, { maxLength: 7 }),
  )
  .chain(([start, segments]) =>
    fc.constantFrom('/', '/', '/', '//', '%2f').map((slash) => start + segments.join(slash)),
  );

const queryPart = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'fairline-cookie',
        'notice',
        'limit',
        'before',
        'after',
        'id',
        'view',
        'q',
        'event',
        '__proto__[x]',
        'a[]',
        '',
      ),
      fc.oneof(numberText, lineText(20)),
    )
    .map((parts) => parts.join('=')),
  fc
    .tuple(
      fc.constantFrom('', ':cut', ':flip', ':double', ':upper'),
      fc.constantFrom('invite=', 'INVITE=', 'invite=i1.'),
    )
    .map(([change, name]) => `${name}{invite${change}}`),
  fc
    .tuple(fc.constantFrom('default', 'x', ''), numberText)
    .map(([event, end]) => `invite=i1.${event}.abcdefgh12.${end}.${'A'.repeat(43)}`),
  lineText(30),
);

const query = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 5, arbitrary: fc.array(queryPart, { maxLength: 6 }).map((parts) => `?${parts.join('&')}`) },
  longText.map((text) => `?${text}`),
  fc.constantFrom('?', '??', '#x', '?#', '&a=b', '?%', '?a=%zz'),
);

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  fc.constantFrom(
    'HEAD',
    'OPTIONS',
    'DELETE',
    'PUT',
    'PATCH',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'M-SEARCH',
    'QUERY',
    'get',
    'FOO',
    'POST',
  ),
);

/** Any method at any target: paths in every spelling, queries, and what is neither. */
export const targetRequests: fc.Arbitrary<string> = fc
  .record({
    method,
    target: fc.oneof(
      { weight: 9, arbitrary: fc.tuple(path, query).map((parts) => parts.join('')) },
      fc.tuple(longText, query).map(([text, rest]) => `/${text}${rest}`),
    ),
    who: fc.constantFrom(
      '',
      'visitor_id={cookie}',
      'visitor_id={booked}',
      'visitor_id={new}',
      'fairline_operator={session}',
    ),
    accept: fc.constantFrom('text/html', 'application/json'),
  })
  .map(({ method, target, who, accept }) =>
    // A space would end the target; that is a matter of framing.
    toRequest(`${method} ${target.replaceAll(/[ \t]/g, '%20')}`, [
      ['Accept', accept],
      ...(who === '' ? [] : [['Cookie', who] as const]),
    ]),
  );
