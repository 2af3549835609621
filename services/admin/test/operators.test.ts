import t from 'tap';
import { parseOperators } from '../operators/operators.ts';

const hash = `scrypt$16384$8$1$${'c2FsdHNhbHRzYWx0c2FsdA'}$${'a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U'}`;

t.test('operators: name, role and hash of each', async (t) => {
  const { operators, problems } = parseOperators(`kim:operator:${hash}, lee@hall.example:viewer:${hash},`);
  t.same(problems, []);
  t.same(
    [...operators.values()],
    [
      { name: 'kim', role: 'operator', passwordHash: hash },
      { name: 'lee@hall.example', role: 'viewer', passwordHash: hash },
    ],
  );
});

t.test('operators: every bad entry is named, no hash is repeated', async (t) => {
  const text = [
    'kim',
    `a b:viewer:${hash}`,
    `kim:admin:${hash}`,
    'lee:viewer:plainpassword',
    `kim:viewer:${hash}`,
    `kim:viewer:${hash}`,
    `x:viewer:${hash}:more`,
  ].join(',');
  const { problems } = parseOperators(text);
  t.equal(problems.length, 6);
  t.match(problems.join('\n'), /entry 1.*\n.*entry 2.*\n.*entry 3 \(kim\).*viewer \| operator.*\n.*entry 4 \(lee\)/);
  t.match(problems[4], /kim is there twice/);
  t.notMatch(problems.join(), /plainpassword|c2Fs/);
});
