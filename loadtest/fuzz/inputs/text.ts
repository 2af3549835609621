import fc from 'fast-check';

/** Any bytes, as latin1 text. */
export const bytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((data) => Buffer.from(data).toString('latin1'));

const lineUnits = [...Array(256).keys()]
  .filter((code) => code === 9 || (code >= 32 && code !== 127))
  .map((code) => String.fromCharCode(code));

/** What may stand in the value of a header. */
export const lineText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...lineUnits), maxLength });

/** The same, up to a size that no server takes. */
export const longText: fc.Arbitrary<string> = fc
  .tuple(lineText(12), fc.integer({ min: 1, max: 4000 }))
  .map(([text, times]) => (text || 'x').repeat(times).slice(0, 24_000));

/** Numbers as people and programs write them, wrong ones among them. */
export const numberText: fc.Arbitrary<string> = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.constantFrom(
    ...['', ' ', '0', '-0', '-1', '+1', '01', '1e3', '1e400', '0x10', '1.5', 'NaN', 'Infinity', '-Infinity', 'null'],
    ...['9007199254740993', '99999999999999999999999', '1,000', '1_000', '٣', 'true', '[]', '{}', '1\n', ' 1 '],
  ),
);

/** Words that mean something in JavaScript, in Lua or in a shell, and text that is hard to read. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'undefined', 'nil', '$(id)', "' OR 1=1 --", '%s%n%d'],
    ...[
      '<script>alert(1)</script>',
      '\u202e\u0000',
      '\ud800',
      '🎫'.repeat(200),
      '\r\nset-cookie: a=b',
      '../../etc/passwd',
    ],
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  numberText,
);
