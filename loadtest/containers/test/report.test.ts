import t from 'tap';
import type { Machine } from '../../report/results.ts';
import { isWell, readListeningMs } from '../compose.ts';
import { type ContainersRun, findContainerProblems, type Noticed, renderContainers } from '../report.ts';

const good: Noticed = { answered: 100, failed: 0, failures: {}, brokenLaws: [] };
const failing = (reason: string): Noticed => ({ ...good, failed: 1, failures: { [reason]: 1 } });
const scaled = { ...good, from: 3, to: 5, tookSec: 9, inMap: 5, served: 5 };
const restarted = { ...good, name: 'booking-1', service: 'booking', stopSec: 3, exitCode: 0, listeningMs: 700 };
const killed = { ...good, name: 'booking-1', service: 'booking', healedSec: 6 };
const run: ContainersRun = {
  ...{ containers: 10, letInMs: 300, ratePerSec: 40 },
  ...{ scaled: [scaled], restarted: [restarted], killed: [killed] },
};
const machine: Machine = { cores: 2, cpu: 'one', memoryGiB: 1, node: 'v26', platform: 'linux x64', load1: 0 };

t.test('containers: a good run has no problem and is told in tables', async (t) => {
  t.same(findContainerProblems(run), []);
  const report = renderContainers(machine, run, []);
  t.match(report, '| 3 → 5 | 9.0 | 5 | 5 | 100 | none |');
  t.match(report, '| booking-1 | 3.0 | 0 | 700 | 100 | none |');
  t.match(report, '| booking-1 | 6.0 | 100 | none | 0 |');
});

t.test('containers: what visitors would notice is a problem', async (t) => {
  const broken: [Partial<ContainersRun>, RegExp][] = [
    [{ scaled: [{ ...scaled, ...failing('choice: status 502') }] }, /from 3 to 5: 1 × choice: status 502/],
    [{ scaled: [{ ...scaled, inMap: 4 }] }, /booking to 5: 4 are in the map/],
    [{ scaled: [{ ...scaled, served: 4 }] }, /booking to 5: 4 of them get requests/],
    [{ scaled: [{ ...scaled, answered: 0 }] }, /no request was answered/],
    [{ restarted: [{ ...restarted, exitCode: 137 }] }, /booking-1 ended with 137/],
    [{ restarted: [{ ...restarted, stopSec: 31 }] }, /took 31.0 s to stop/],
    [{ restarted: [{ ...restarted, ...failing('page: refused') }] }, /stopping booking-1: 1 × page: refused/],
    [{ killed: [{ ...killed, ...failing('page: status 502') }] }, /kill -9 of booking-1: 1 × page: status 502/],
    [{ killed: [{ ...killed, brokenLaws: ['law 2: …'] }] }, /booking-1: law 2/],
  ];
  for (const [over, expected] of broken) t.match(findContainerProblems({ ...run, ...over }), [expected]);
});

t.test('containers: what nobody can hide is told, and is no problem', async (t) => {
  const gateway = { name: 'gateway-1', service: 'gateway' };
  t.same(findContainerProblems({ ...run, killed: [{ ...killed, ...failing('choice: status 502') }] }), []);
  t.same(findContainerProblems({ ...run, killed: [{ ...killed, ...failing('page: reset'), ...gateway }] }), []);
  t.same(findContainerProblems({ ...run, restarted: [{ ...restarted, ...failing('page: refused'), ...gateway }] }), []);
  t.match(
    findContainerProblems({ ...run, restarted: [{ ...restarted, ...failing('page: status 502'), ...gateway }] }),
    [/stopping gateway-1: 1 × page: status 502/],
  );
});

t.test('containers: when a room listens, by its log', async (t) => {
  const startedAtMs = Date.parse('2026-11-22T09:00:00.100Z');
  const logs =
    '2026-11-22T09:00:00.400Z {"msg":"begins"}\n2026-11-22T09:00:00.850000001Z {"level":30,"msg":"listening"}\n';
  t.equal(readListeningMs(logs, startedAtMs), 750);
  t.same(readListeningMs('', startedAtMs), Number.NaN);
  t.ok(isWell({ status: 'running', health: '' }));
  t.notOk(isWell({ status: 'running', health: 'starting' }));
  t.notOk(isWell({ status: 'restarting', health: 'healthy' }));
});
