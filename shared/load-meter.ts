import { createHistogram } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** A request in hand. Ending it twice, or ending it after it became a stream, does nothing. */
export type RequestMark = {
  /** The answer is out with this status, or undefined when the client went away before it. */
  end(status: number | undefined): void;
  /** Its headers are out and the rest is a stream: it leaves the requests in flight and counts in `streams` until closed. */
  becomeStream(): () => void;
};

export type Load = {
  inFlight: number;
  inFlightByGateway: Record<string, number>;
  streams: number;
  requestsPerSec: number;
  latencyP50Ms: number;
  latencyP95Ms: number;
  errorRatio: number;
};

export type LoadMeter = {
  /** A request arrived, from this gateway when one is named. */
  begin(gateway?: string): RequestMark;
  /** A request that was answered in the turn in which it came. */
  note(status: number, latencyMs: number): void;
  /** Counts a stream that did not begin as a marked request; the returned function closes it. */
  openStream(): () => void;
  /** What is in hand now, and the rates since they were last computed (at least half a second ago). */
  read(): Load;
};

// Shorter spans say nothing about a rate: a report between two turns of the loop repeats the last rates.
const minSpanMs = 500;
// Latencies of the last answers stand in for a while when no answer came; then 0 = unknown.
const keepLatencyMs = 10_000;
const maxLatencyUs = 3_600_000_000;
const maxGatewayCharacters = 64;

/** Counts the requests of one process. Costs a map entry and a histogram record a request. */
export function createLoadMeter({ clock }: { clock: Pick<Clock, 'monotonicMs'> }): LoadMeter {
  const latencies = createHistogram({ lowest: 1, highest: maxLatencyUs, figures: 3 });
  const byGateway = new Map<string, number>();
  let inFlight = 0;
  let streams = 0;
  let answers = 0;
  let failures = 0;
  let spanStartMs = clock.monotonicMs();
  let lastAnswerMs = spanStartMs;
  let rates = { requestsPerSec: 0, latencyP50Ms: 0, latencyP95Ms: 0, errorRatio: 0 };

  const leave = (gateway: string | undefined) => {
    inFlight -= 1;
    if (gateway === undefined) return;
    const rest = (byGateway.get(gateway) ?? 1) - 1;
    // Gateways come and go: those with nothing in hand are forgotten.
    if (rest > 0) byGateway.set(gateway, rest);
    else byGateway.delete(gateway);
  };

  const record = (status: number, latencyMs: number) => {
    answers += 1;
    if (status >= 500) failures += 1;
    latencies.record(Math.min(maxLatencyUs, Math.max(1, Math.round(latencyMs * 1000))));
  };

  const finish = (name: string | undefined, startMs: number, status: number | undefined) => {
    leave(name);
    if (status !== undefined) record(status, clock.monotonicMs() - startMs);
  };

  const openStream = () => {
    streams += 1;
    return once(() => {
      streams -= 1;
    });
  };

  const updateRates = () => {
    const nowMs = clock.monotonicMs();
    const spanMs = nowMs - spanStartMs;
    if (spanMs < minSpanMs) return;
    if (answers > 0) {
      lastAnswerMs = nowMs;
      rates = {
        requestsPerSec: (answers * 1000) / spanMs,
        latencyP50Ms: latencies.percentile(50) / 1000,
        latencyP95Ms: latencies.percentile(95) / 1000,
        errorRatio: failures / answers,
      };
    } else {
      const isKnown = nowMs - lastAnswerMs < keepLatencyMs;
      const { latencyP50Ms, latencyP95Ms } = isKnown ? rates : { latencyP50Ms: 0, latencyP95Ms: 0 };
      rates = { requestsPerSec: 0, latencyP50Ms, latencyP95Ms, errorRatio: 0 };
    }
    latencies.reset();
    answers = 0;
    failures = 0;
    spanStartMs = nowMs;
  };

  const marking = { finish, openStream };

  return {
    openStream,
    note: record,
    begin: (gateway) => {
      const name = gateway?.slice(0, maxGatewayCharacters);
      inFlight += 1;
      if (name !== undefined) byGateway.set(name, (byGateway.get(name) ?? 0) + 1);
      return new Mark(marking, name, clock.monotonicMs());
    },
    read: () => {
      updateRates();
      return { inFlight, inFlightByGateway: Object.fromEntries(byGateway), streams, ...rates };
    },
  };
}

type Marking = {
  finish(gateway: string | undefined, startMs: number, status: number | undefined): void;
  openStream(): () => void;
};

class Mark implements RequestMark {
  readonly #marking: Marking;
  readonly #gateway: string | undefined;
  readonly #startMs: number;
  #isOpen = true;

  constructor(marking: Marking, gateway: string | undefined, startMs: number) {
    this.#marking = marking;
    this.#gateway = gateway;
    this.#startMs = startMs;
  }

  end(status: number | undefined): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#marking.finish(this.#gateway, this.#startMs, status);
  }

  becomeStream(): () => void {
    if (!this.#isOpen) return () => {};
    this.end(200);
    return this.#marking.openStream();
  }
}

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    run();
  };
}
