import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createIdentities } from '@fairline/shared/identity.ts';
import t from 'tap';

// The examples of the page are run as they stand there, against headers signed by the gateway's own code.
const page = readFileSync(new URL('../docs/protecting-any-site.md', import.meta.url), 'utf8');
const exampleIn = (language: string) =>
  new RegExp(`<!-- verify: ${language} -->\\s*\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

const secrets = ['the new secret, with enough characters', 'the old secret, with enough characters'];
const minute = 29_400_000;
const visitor = {
  visitorId: '0b8f6c1e-31f5-4b6a-9a53-5a2d0f3f6b1c',
  event: 'default',
  isBooked: true,
  tier: 'standard',
};
const signedBy = (secret: string, about: Partial<typeof visitor> = {}, atMinute = minute) =>
  createIdentities({ secrets: [secret] }).sign({ ...visitor, ...about }, atMinute);
const good = signedBy(secrets[0] ?? '');

const accepted = { id: visitor.visitorId, event: 'default', isBooked: true, tier: 'standard' };
const cases: [title: string, header: string | null, expected: typeof accepted | null][] = [
  ['signed by the first secret', good, accepted],
  ['signed by another one in use', signedBy(secrets[1] ?? ''), accepted],
  ['not booked', signedBy(secrets[0] ?? '', { isBooked: false }), { ...accepted, isBooked: false }],
  [
    'another sale and tier',
    signedBy(secrets[0] ?? '', { event: 'a-2', tier: 'vip' }),
    { ...accepted, event: 'a-2', tier: 'vip' },
  ],
  ['of the minute before', signedBy(secrets[0] ?? '', {}, minute - 1), accepted],
  ['too old', signedBy(secrets[0] ?? '', {}, minute - 2), null],
  ['from the future', signedBy(secrets[0] ?? '', {}, minute + 2), null],
  ['signed by somebody else', signedBy('somebody else, with enough characters'), null],
  ['changed: booked', good.replace('.default.1.', '.default.0.'), null],
  ['with another character at its end', `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`, null],
  ['with a line break', `${good}\n`, null],
  ['of another version', good.replace('v1', 'v2'), null],
  ['empty', '', null],
  ['missing', null, null],
];

t.test('protecting any site: the JavaScript example', async (t) => {
  const { verifyVisitor } = await import(`data:text/javascript,${encodeURIComponent(exampleIn('javascript'))}`);
  for (const [title, header, expected] of cases) {
    t.same(verifyVisitor(header, secrets, minute * 60_000) ?? null, expected, title);
  }
});

t.test('protecting any site: the Python example', async (t) => {
  if (spawnSync('python3', ['--version']).status !== 0) {
    t.comment('there is no python3 here');
    return;
  }
  const program = `${exampleIn('python')}
import json, sys
headers, secrets, now = json.load(sys.stdin)
print(json.dumps([verify_visitor(header, secrets, now) for header in headers]))`;
  const input = JSON.stringify([cases.map(([, header]) => header), secrets, minute * 60]);
  const answers = JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }));
  for (const [index, [title, , expected]] of cases.entries()) {
    const wished = expected && {
      id: expected.id,
      event: expected.event,
      is_booked: expected.isBooked,
      tier: expected.tier,
    };
    t.same(answers[index], wished, title);
  }
});
