import type { ReplicasDecision, ReplicasInput, ScalingRule } from './decide-replicas.ts';
import type { Demand } from './demand.ts';
import type { RoomLoad } from './room-load.ts';

/** The decision as a sentence that an operator understands without knowing the rule. */
export function describeDecision(input: ReplicasInput, decision: ReplicasDecision): string {
  const { load, demand, bounds, wish, rule } = input;
  const { desired, before, wanted, cause } = decision;
  if (cause === 'wish') return `An operator chose ${wish}${wish === desired ? '' : `, the bounds allow ${desired}`}.`;
  if (cause === 'noReports' || !demand) return `No instance is ready and tells its load; ${desired} stay wanted.`;
  const facts = describeLoad(load, demand, rule);
  const more = desired > before ? `${before} become ${desired}` : `${wanted} are wanted, more than ${before}`;
  switch (cause) {
    case 'steady':
      return `${facts}. ${desired} fit${load.running < desired ? `, ${desired - load.running} of them on the way` : ''}.`;
    case 'load':
      return `${facts}. ${more}.`;
    case 'queue':
      return `${facts}, and ${count(load.waiting, 'request waits', 'requests wait')} in the gateways. ${more}.`;
    case 'admissions':
      return `${count(demand.comingSoon, 'visitor is', 'visitors are')} about to be let in. ${facts}. ${more}.`;
    case 'latency':
      return `Slow answers: p95 ${Math.round(load.latencyP95Ms)} ms, at most ${rule.slowMs} ms wished. ${facts}. ${more}.`;
    case 'hold':
      return load.latencyP95Ms > rule.slowMs
        ? `Slow answers: p95 ${Math.round(load.latencyP95Ms)} ms, at most ${rule.slowMs} ms wished. ${desired} stay for now.`
        : `${percent(load.errorRatio)} of the answers are errors: ${desired} stay although fewer might do.`;
    case 'coolDown':
      return `${facts}. ${wanted} would do; ${desired} stay until that has been so for ${Math.round(rule.inAfterMs / 1000)} s.`;
    case 'idle':
      return `${facts}. ${before} become ${desired}.`;
    case 'atMin':
      return `${facts}. ${desired} is the least that is allowed.`;
    case 'atMax':
      return `${facts}. ${wanted} are wanted, ${bounds.max} is the most that is allowed.`;
  }
}

function describeLoad(load: RoomLoad, { signal }: Demand, { targetRatio }: ScalingRule): string {
  const { running, inFlight, capacity, busyLoops, streams, streamsMost } = load;
  const instances = count(running, 'instance', 'instances');
  const wished = `${percent(targetRatio)} wished`;
  if (signal === 'eventLoop') return `${instances} busy ${percent(busyLoops / running)} of the time, ${wished}`;
  if (signal === 'streams') return `${streams} of ${streamsMost} streams open at ${instances}, ${wished}`;
  return `${inFlight} of ${capacity} requests in hand at ${instances} (${percent(inFlight / capacity)}), ${wished}`;
}

const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;
const count = (many: number, one: string, several: string) => `${many} ${many === 1 ? one : several}`;
