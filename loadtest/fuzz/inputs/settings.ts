import { settingFields } from '@fairline/shared/contracts/settings.ts';
import fc from 'fast-check';
import { numberText, oddText } from './text.ts';

/** What a person types into Redis with HSET, and into which of the two hashes. */
export type TypedSettings = { where: 'settings' | 'settingsGood'; fields: Record<string, string> };

const ruleWords = fc.constantFrom(
  ...[
    'GET',
    'POST,HEAD',
    '/',
    '/ticketing*',
    '/api/booking',
    '*',
    'tier',
    'vip',
    'vip, suspect',
    'standard',
    '->',
    '->',
    '->',
  ],
  ...[
    'priority',
    'high',
    'low',
    'pool',
    '1',
    '0',
    '99999999999',
    '#',
    ',',
    '\n',
    '\r\n',
    '\t',
    '\u00a0',
    '\0',
    'é',
    '🎫',
  ],
);
/** Texts close to routing rules. */
export const rulesText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(ruleWords, { maxLength: 40 }).map((words) => words.join(' ')) },
  fc.integer({ min: 1, max: 300 }).map((count) => 'tier vip -> priority high\n'.repeat(count)),
  oddText,
);

const value = fc.oneof(
  { weight: 3, arbitrary: numberText },
  { weight: 2, arbitrary: oddText },
  fc.constantFrom('open', 'OPEN', 'open ', 'paused', 'closed', '200', '429', 'x'.repeat(501), 'x'.repeat(1_000_000)),
);

const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...settingFields.map((field) => field.name)) }, oddText);

export const typedSettings: fc.Arbitrary<TypedSettings> = fc.record({
  where: fc.constantFrom('settings', 'settings', 'settings', 'settingsGood'),
  fields: fc
    .array(
      fc.oneof({ weight: 4, arbitrary: fc.tuple(name, value) }, fc.tuple(fc.constant('routingRules'), rulesText)),
      { minLength: 1, maxLength: 6 },
    )
    .map((pairs) => Object.fromEntries(pairs)),
});
