import type { InstanceLine } from '../contract/instances.ts';

/** An instance that is known by its name alone: it reports nothing, and every figure is unknown. */
export function silentInstance(id: string): InstanceLine {
  return {
    id,
    room: null,
    url: '',
    state: 'gone',
    isEnabled: false,
    canDrain: true,
    loadRatio: null,
    inFlight: null,
    capacity: null,
    streams: null,
    requestsPerSec: null,
    latencyP50Ms: null,
    latencyP95Ms: null,
    errorRatio: null,
    eventLoopUtilization: null,
    cpuRatio: null,
    rssBytes: null,
    startedAtMs: null,
    ageMs: null,
    isSuspect: false,
    version: '',
    role: '',
  };
}
