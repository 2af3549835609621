import { fileURLToPath } from 'node:url';
import { type RoomProcess, startSystem } from '@fairline/shared/testing/system.ts';
import { describeMachine, readMachine, repositoryFile, writeResults } from '../../report/results.ts';
import { runScript, say } from '../../report/script.ts';
import { writeSection } from '../../report/section.ts';
import { bookVisitors } from '../../visitors/booked-visitors.ts';
import { pin } from '../cores.ts';
import { pageView } from '../one-gateway.ts';
import { measurePropagation } from './propagation.ts';
import { measureRefusals, startBareServer } from './refusal-cost.ts';
import {
  findDisturbance,
  findProblems,
  maxAddedMs,
  maxAddedShare,
  maxPropagationMs,
  maxRefusalFactor,
  renderFlood,
} from './report.ts';
import { maxOthersShare, type Round, runRound } from './rounds.ts';

const gatewayCores = '0';
const otherCores = '1';
/** Load comes from this machine; where the junk is from is told as a proxy would. */
const behindProxy = { TRUSTED_PROXIES: '127.0.0.0/8' };
const standInMain = fileURLToPath(new URL('../../faults/sick-instance.ts', import.meta.url));

await runScript(
  {
    summary:
      'npm run bench:flood: admitted visitors while junk pours in, without and with traffic control; what a refusal costs; how\n' +
      'soon a block reaches every gateway. Real processes and a Redis of their own, on this machine only, the gateway on one\n' +
      'core and everything else on another. About 3 minutes, more while other work\n' +
      'disturbs it. Code 1: a limit is broken, or the machine was not calm; then nothing is written.\n' +
      'Writes docs/benchmarks-flood.md and loadtest/results/flood.json.',
    options: {
      rounds: { default: 5, min: 1, max: 50, help: 'quiet, before and after, in turn' },
      seconds: { default: 4, min: 1, max: 60, help: 'measured of each part of a round, after 2 s' },
      visitors: { default: 1000, min: 50, max: 100_000, help: 'visitors with a place, who come in turn' },
      rate: { default: 500, min: 1, max: 50_000, help: 'requests a second of those' },
      junk: { default: 5000, min: 1, max: 50_000, help: 'junk requests a second' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const machine = readMachine();
    pin(process.pid, otherCores);
    const system = await startSystem(
      { after },
      {
        rooms: { booking: 0, router: 0, 'queue-processor': 1 },
        settings: { maxBooking: String(options.visitors), leaseMinutes: '0' },
        env: { LOG_LEVEL: 'error' },
      },
    );
    await system.start('booking', { main: standInMain, env: { CAPACITY: '100000' } });
    const startGateway = async (env: Record<string, string>): Promise<RoomProcess & { pid: number }> => {
      const gateway = await system.start('router', { env });
      const pid = gateway.child.pid ?? 0;
      pin(pid, gatewayCores);
      return { ...gateway, url: gateway.url, pid };
    };
    const on = await startGateway({ ALLOW_NETWORKS: 'none', ...behindProxy });
    const off = await startGateway({ TRAFFIC_CONTROL: 'off', ...behindProxy });
    await system.ready();
    const cookies = await bookVisitors(system, options.visitors);

    const parts = {
      system,
      urls: { on: on.url, off: off.url },
      page: pageView,
      cookies,
      admittedPerSec: options.rate,
      junkPerSec: options.junk,
      seconds: options.seconds,
      loadCores: otherCores,
    };
    // One more to begin with: what is measured is not how soon Node compiles.
    await runRound(parts);
    const rounds: Round[] = [];
    for (let index = 0; index < options.rounds; index += 1) {
      const round = await runRound(parts);
      rounds.push(round);
      const told = Object.entries(round).map(
        ([name, cell]) =>
          `${name} ${cell.admitted.p99Ms} (sent late ${cell.sentLate.p99Ms}, ${cell.junkPerSec}/s junk, others ${Math.round(cell.othersShare * 100)} %, try ${cell.tries})`,
      );
      say(`round ${index + 1}, p99 in ms: ${told.join(', ')}`);
    }
    const bare = await startBareServer(gatewayCores);
    after(bare.stop);
    const cost = await measureRefusals({
      bare,
      refusing: on,
      forwarding: off,
      page: pageView,
      cookies,
      loadCores: otherCores,
    });
    await startGateway({});
    await system.ready();
    // The new gateway has read who is booked by the time that it is ready.
    const propagation = await measurePropagation(system, cookies);

    const results = { rounds, cost, propagation };
    const problems = findProblems(results);
    const tables = renderFlood(results);
    say(`\n${tables}\n`);
    for (const problem of problems) say(`LIMIT BROKEN  ${problem}`);
    const disturbance = findDisturbance(rounds);
    if (disturbance !== undefined) {
      say(`NOT WRITTEN  ${disturbance}: run it again on a calm machine`);
      return 'broken';
    }
    if (options['dry-run']) return problems.length === 0 ? 'ok' : 'broken';

    await writeResults('flood', machine, { options, problems, ...results });
    const text = [
      `Written by \`npm run bench:flood\` on ${describeMachine(machine)}.`,
      `${options.rate.toLocaleString('en-US')} page views a second by ${options.visitors.toLocaleString('en-US')} visitors with a place, in an open ` +
        `loop, while ${options.junk.toLocaleString('en-US')} requests a second come from another address: pages without a cookie, made-up cookies, polls, joins. ` +
        `${options.rounds} rounds of three parts in turn, after one to warm up, each ${options.seconds} s after a start of 2 s in which the flood is noticed. The gateway has one core, ` +
        'load, Redis and all rooms share the other. Latency counts from the moment a request was due; how late the load itself was in sending is beside it. ' +
        `A part during which other work took more than ${maxOthersShare * 100} % of both cores is measured again, three times at most, and the calmest counts.`,
      `Limits: with traffic control p99 rises by at most ${maxAddedShare * 100} % or ${maxAddedMs} ms, whichever is more; a refusal costs at most ` +
        `${maxRefusalFactor}× a bare answer and less than forwarding; an operator's word reaches every gateway in ${maxPropagationMs} ms. ` +
        (problems.length === 0 ? 'All are kept.' : `Not kept: ${problems.join('; ')}.`),
      tables,
    ].join('\n\n');
    await writeSection(repositoryFile('docs/benchmarks-flood.md'), 'bench:flood', text, 'A flood, before and after');
    return problems.length === 0 ? 'ok' : 'broken';
  },
);
