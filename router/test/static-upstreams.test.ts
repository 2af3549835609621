import t from 'tap';
import { createOwnView } from '../balancing/own-view.ts';
import { addStatic, defaultStaticCapacity, parseStaticUpstreams, toUpstream } from '../balancing/static-upstreams.ts';
import { emptyUpstreamSet } from '../balancing/upstream-set.ts';
import { defaultUpstreamNetworks } from '../health/url-check.ts';
import { parseNetworks } from '../routing/networks.ts';

const networks = parseNetworks('UPSTREAM_NETWORKS', defaultUpstreamNetworks);
const parse = (...entries: string[]) => parseStaticUpstreams(entries, networks);

t.test('UPSTREAMS: an address, a name, https, and a capacity', async (t) => {
  t.same(
    parse('booking=http://10.0.0.5:3000;capacity=200', 'booking=https://shop.internal/', 'booking=http://[::1]:80'),
    {
      upstreams: [
        { id: 'static:10.0.0.5:3000', room: 'booking', url: 'http://10.0.0.5:3000', capacity: 200 },
        {
          id: 'static:shop.internal:443',
          room: 'booking',
          url: 'https://shop.internal',
          capacity: defaultStaticCapacity,
        },
        { id: 'static:[::1]:80', room: 'booking', url: 'http://[::1]', capacity: defaultStaticCapacity },
      ],
      problems: [],
    },
  );
});

t.test('UPSTREAMS: every problem of every entry is told', async (t) => {
  const { upstreams, problems } = parse(
    'http://10.0.0.5',
    'waiting-room=ftp://10.0.0.5;capacity=0;weight=3',
    'booking=http://8.8.8.8',
    'booking=http://169.254.169.254',
    'booking=http://user:pass@10.0.0.5',
    'booking=http://10.0.0.5/path',
    'booking=nowhere',
    'booking=http://10.0.0.6:80',
    'booking=http://10.0.0.6',
  );
  t.equal(upstreams.length, 1);
  const expected = [
    /"http:\/\/10\.0\.0\.5" must be like booking=/,
    /is for "waiting-room": only booking/,
    /cannot be used: not http or https/,
    /capacity that must be a whole number 1–1000000, not "0"/,
    /has "weight": only capacity/,
    /8\.8\.8\.8 is not within UPSTREAM_NETWORKS/,
    /169\.254\.169\.254 is not within/,
    /has credentials/,
    /path, query or fragment/,
    /"booking=nowhere" .* not a URL/,
    /names http:\/\/10\.0\.0\.6 again/,
  ];
  t.equal(problems.length, expected.length, problems.join('\n'));
  for (const [index, pattern] of expected.entries()) t.match(problems[index], pattern);
});

t.test('static upstreams stand beside those of the map, loaded by this gateway alone', async (t) => {
  const [site] = parse('booking=http://10.0.0.5:3000;capacity=7').upstreams;
  if (!site) throw new Error('no upstream');
  const upstream = toUpstream(site, createOwnView(0));
  t.match(upstream, { isStatic: true, capacity: 7, othersInFlight: 0 });
  const both = addStatic({ ...emptyUpstreamSet, booking: [{ ...upstream, id: 'booking-1', isStatic: false }] }, [
    upstream,
  ]);
  t.same(
    both.booking.map(({ id }) => id),
    ['booking-1', 'static:10.0.0.5:3000'],
  );
  t.equal(addStatic(emptyUpstreamSet, []), emptyUpstreamSet);
});
