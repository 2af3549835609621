import { eventKeys, sharedKeys } from '@fairline/shared/stores/keys.ts';
import fc from 'fast-check';
import { numberText, oddText } from './text.ts';

const binary = fc.uint8Array({ maxLength: 30 }).map((data) => Buffer.from(data).toString('latin1'));

/** Fields of `booking:visitor:<id>` of a visitor who comes again. */
export const visitorRecords: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.tuple(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.constantFrom(
            ...[
              'firstSeenMs',
              'lastSeenMs',
              'requests',
              'lastPath',
              'addressTag',
              'userAgentTag',
              'tier',
              'choice:default',
            ],
            ...['session:choice:default', 'session:', 'session:__proto__'],
          ),
        },
        oddText,
      ),
      fc.oneof(
        numberText,
        oddText,
        binary,
        fc.json(),
        fc.constantFrom('{"section":"parterre","tickets":1e9}', 'vip', 'x'.repeat(200_000)),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pairs) => Object.fromEntries(pairs));

/** An entry of `booking:changes` that no script wrote: `offset` is added to the `seq` that would be right. */
export type ForgedChange = { offset: number | null; fields: Record<string, string> };

const visitors = fc.oneof(
  fc
    .array(
      fc.tuple(fc.uuid(), numberText).map((words) => words.join(' ')),
      { maxLength: 5 },
    )
    .map((pairs) => pairs.join(' ')),
  fc.constantFrom(
    '',
    ' ',
    'x',
    '{cookie:id} 1',
    '{booked:id} 1',
    '{cookie:id}',
    '{cookie:id} NaN {booked:id}',
    'x '.repeat(5000),
  ),
);

export const forgedChanges: fc.Arbitrary<ForgedChange[]> = fc.array(
  fc.record<ForgedChange>({
    offset: fc.oneof(
      { weight: 4, arbitrary: fc.constant(1) },
      fc.integer({ min: -3, max: 5 }),
      fc.constantFrom(null, -1e9, 2 ** 52),
    ),
    fields: fc
      .record(
        {
          type: fc.oneof(
            {
              weight: 9,
              arbitrary: fc.constantFrom(
                ...[
                  'joined',
                  'admitted',
                  'claimed',
                  'confirmed',
                  'cancelled',
                  'left',
                  'expired',
                  'revoked',
                  'aside',
                  'settings',
                ],
                ...['message', 'blocked', 'tier', 'sale', '__proto__', 'constructor'],
              ),
            },
            oddText,
          ),
          from: fc.constantFrom('', 'line', 'aside', 'booked', 'nowhere'),
          visitors,
          at: numberText,
          by: fc.constantFrom('operator', ''),
          target: fc.constantFrom('visitor:{cookie:id}', 'net:203.0.113.0/24', 'net:', 'net:x', ''),
          until: numberText,
          tier: fc.constantFrom('vip', 'suspect', '__proto__', ''),
        },
        { requiredKeys: ['type'] },
      )
      .map((fields) => ({ ...fields })),
  }),
  { minLength: 1, maxLength: 8 },
);

export const redisTypes = ['string', 'list', 'set', 'zset', 'hash', 'stream'] as const;
export type RedisType = (typeof redisTypes)[number];

const { visitors: active, visitorsSeen, instances, instancesDisabled, audit } = sharedKeys;
const keys = [...Object.values(eventKeys('default')), active, visitorsSeen, instances, instancesDisabled, audit];

/** A key of ours that somebody made into something else. */
export const wrongTypes: fc.Arbitrary<{ key: string; type: RedisType }> = fc.record({
  key: fc.constantFrom(...keys),
  type: fc.constantFrom(...redisTypes),
});
