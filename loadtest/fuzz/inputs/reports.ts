import fc from 'fast-check';
import { numberText, oddText } from './text.ts';

/** A report of an instance as somebody wrote it by hand: the id and the hash. `{thief}` and its like: see traps.ts. */
export type WrittenReport = { id: string; fields: Record<string, string> };

const traps = ['{thief}', '{thief}', '{closed}', '{hole}', '{garbage}'] as const;

const url = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...traps) },
  fc.constantFrom(
    ...[
      'http://169.254.169.254',
      'http://[fe80::1]',
      'http://0.0.0.0:1',
      'http://8.8.8.8',
      'http://user:pass@127.0.0.1:1',
      'x',
    ],
    ...[
      'http://127.0.0.1/path',
      'http://127.0.0.1:1?x',
      'http://127.0.0.1:1#x',
      'ftp://127.0.0.1',
      'file:///etc/passwd',
      '',
    ],
    ...[
      'http://localhost:99999',
      'http://no-such-name.invalid',
      'http://[::ffff:169.254.1.1]:1',
      'http://2130706433:1',
      'http://127.1:1',
    ],
    ...[
      'http://0x7f000001:1',
      'javascript:alert(1)',
      'http://',
      '//127.0.0.1',
      'http://127.0.0.1:1\r\nx: y',
      `http://${'a'.repeat(400)}`,
    ],
  ),
  fc.webUrl(),
);

const whole = fc.record({
  room: fc.constantFrom(
    'booking',
    'booking',
    'booking',
    'waiting-room',
    'admin',
    'router',
    'queue-processor',
    'x',
    '__proto__',
  ),
  url,
  state: fc.constantFrom('ready', 'ready', 'ready', 'starting', 'draining', 'READY', ''),
});

const numbers = [
  ...['startedAtMs', 'reportSeq', 'inFlight', 'streams', 'capacity', 'requestsPerSec', 'latencyP50Ms', 'latencyP95Ms'],
  ...[
    'errorRatio',
    'eventLoopUtilization',
    'eventLoopDelayP99Ms',
    'cpuRatio',
    'rssBytes',
    'pid',
    'tailSeen',
    'seqSeen',
  ],
] as const;

/** The best of all instances, as it says itself. */
const boast = {
  ...{
    startedAtMs: '1',
    reportSeq: '1000000',
    inFlight: '0',
    capacity: '1000000',
    requestsPerSec: '0',
    latencyP50Ms: '0',
  },
  ...{
    latencyP95Ms: '0',
    errorRatio: '0',
    eventLoopUtilization: '0',
    cpuRatio: '0',
    streams: '0',
    inFlightByGateway: '{}',
  },
};

const counts = fc.oneof(
  fc.constantFrom(
    '{}',
    '[]',
    'null',
    '{',
    '{"router-1":-1e9}',
    '{"__proto__":1}',
    '"x"',
    '{"a":{"b":1}}',
    '[['.repeat(5000),
  ),
  fc.dictionary(fc.string({ maxLength: 20 }), fc.jsonValue()).map((value) => JSON.stringify(value)),
);

const fields: fc.Arbitrary<Record<string, string>> = fc
  .record({
    whole,
    spoiled: fc.array(fc.tuple(fc.constantFrom(...numbers), fc.oneof(numberText, fc.constant('-1e308'))), {
      maxLength: 5,
    }),
    counts: fc.option(counts, { nil: '{}' }),
    further: fc.dictionary(fc.oneof(oddText, fc.constantFrom('role', 'waitingForBooking', 'version')), oddText, {
      maxKeys: 3,
    }),
    dropped: fc.option(fc.constantFrom<string>(...numbers, 'room', 'url', 'state')),
  })
  .map(({ whole, spoiled, counts, further, dropped }) => {
    const all = { ...boast, ...further, ...whole, ...Object.fromEntries(spoiled), inFlightByGateway: counts };
    return Object.fromEntries(Object.entries(all).filter(([name]) => name !== dropped));
  });

/** A few in hand, each its own: what one look of a gateway finds. */
export const writtenReports: fc.Arbitrary<WrittenReport[]> = fc.array(
  fc
    .record({
      id: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 10_000 }).map((n) => `fuzz-${n}`) }, oddText),
      fields,
    })
    // Real instances are left alone: who writes their keys is them.
    .filter(({ id }) => !/^(booking|router|waiting-room|queue-processor|admin)-/.test(id)),
  { minLength: 1, maxLength: 40, size: 'max' },
);

/** One instance that only boasts: it serves nothing, and wants everything. */
export const boastfulReport = (room: string): WrittenReport => ({
  id: `fuzz-boast-${room}`,
  fields: { ...boast, room, url: '{thief}', state: 'ready' },
});
