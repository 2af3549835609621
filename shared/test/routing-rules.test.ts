import t from 'tap';
import { describeRulesProblem, parseRoutingRules } from '../contracts/routing-rules.ts';

function rulesOf(text: string) {
  const parsed = parseRoutingRules(text);
  if (parsed.kind === 'bad') throw new Error(describeRulesProblem(parsed));
  return parsed.rules;
}

t.test('rules: a text of comments and white space has none', async (t) => {
  t.same(rulesOf(''), []);
  t.same(rulesOf('\n  \n# priority high\n\t# more\r\n'), []);
});

t.test('rules: conditions in any order, actions with or without commas', async (t) => {
  const text = [
    'POST /api/booking/confirm -> priority high',
    'tier suspect -> pool 2, priority low  # few for them',
    'GET,HEAD /assets/* tier vip,standard -> priority low pool 3',
    '/a tier vip , suspect GET , HEAD -> pool 1',
  ].join('\n');
  const none = { methods: undefined, path: undefined, tiers: undefined, priority: undefined, poolSize: undefined };
  t.same(rulesOf(text), [
    {
      ...none,
      line: 1,
      methods: ['POST'],
      path: { text: '/api/booking/confirm', isPrefix: false },
      priority: 'high',
    },
    { ...none, line: 2, tiers: ['suspect'], poolSize: 2, priority: 'low' },
    {
      line: 3,
      methods: ['GET', 'HEAD'],
      path: { text: '/assets/', isPrefix: true },
      tiers: ['vip', 'standard'],
      priority: 'low',
      poolSize: 3,
    },
    {
      ...none,
      line: 4,
      methods: ['GET', 'HEAD'],
      path: { text: '/a', isPrefix: false },
      tiers: ['vip', 'suspect'],
      poolSize: 1,
    },
  ]);
});

t.test('rules: what is none is refused with its place and the reason', async (t) => {
  const cases: [text: string, problem: RegExp][] = [
    ['GET /a', /^line 1, column 7: "->" and what to do are missing/],
    ['# fine\n\n  -> pool 2', /^line 3, column 3: a method, a path or a tier must stand before/],
    ['GET ->', /^line 1, column 7: "priority …" or "pool …"/],
    ['get /a -> pool 2', /^line 1, column 1: "get" is no method/],
    ['GET POST -> pool 2', /^line 1, column 5: a second list of methods/],
    ['/a /b -> pool 2', /^line 1, column 4: a second path/],
    ['/a*b -> pool 2', /^line 1, column 1: "\*" may stand at the end/],
    ['/a?b=1 -> pool 2', /^line 1, column 1: a path has no query/],
    ['/a//b -> pool 2', /empty segments/],
    ['/a/../b -> pool 2', /dots for segments/],
    ['/%2f -> pool 2', /two upper-case hex digits/],
    ['/곡 -> pool 2', /percent-encoded/],
    ['tier -> pool 2', /^line 1, column 6: which tier\? One of vip, standard, suspect/],
    ['tier vip,gold -> pool 2', /^line 1, column 10: "gold" is no tier/],
    ['tier vip tier vip -> pool 2', /^line 1, column 10: a second tier/],
    ['GET -> priority', /^line 1, column 16: a priority is one of high, normal, low/],
    ['GET -> priority urgent', /^line 1, column 17: a priority is one of/],
    ['GET -> pool 0', /^line 1, column 13: a pool has a number of instances, 1–1000/],
    ['GET -> pool 1001', /1–1000/],
    ['GET -> pool two', /1–1000/],
    ['GET -> priority high, priority low', /^line 1, column 23: a second priority/],
    ['GET -> pool 1, pool 2', /^line 1, column 16: a second pool/],
    ['GET -> block', /^line 1, column 8: "block" is no action/],
    ['GET -> -> pool 2', /"->" is no action/],
    [`${'x'.repeat(60)} -> pool 2`, /^line 1, column 1: "x{40}…" is no method/],
    ['x'.repeat(4001), /^line 1, column 1: has 4001 characters; at most 4000/],
    ['GET -> pool 2\n'.repeat(101), /^line 101, column 1: at most 100 rules/],
  ];
  for (const [text, problem] of cases) {
    const parsed = parseRoutingRules(text);
    t.match(parsed.kind === 'bad' && describeRulesProblem(parsed), problem, JSON.stringify(text.slice(0, 40)));
  }
});

t.test('rules: a hash within a path is part of it, and refused', async (t) => {
  t.match(parseRoutingRules('/a#b -> pool 2'), { kind: 'bad', reason: /no fragment/ });
});
