import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyPluginCallback } from 'fastify';
import type { Clock } from './clock.ts';
import type { InstanceReport, InstanceState, Room } from './contracts/instance-report.ts';
import { gatewayHeader } from './contracts/internal-headers.ts';
import { createLoadMeter, type LoadMeter, type RequestMark } from './load-meter.ts';
import type { Logger } from './logger.ts';
import { type Loop, runLoop } from './loop.ts';
import { createProcessMeter, type ProcessUse } from './process-meter.ts';

export type ReportFields = Record<string, string | number>;

/** What the reporter needs of the store of instances. */
export type ReportStore = {
  write(report: InstanceReport, extra?: ReportFields): Promise<unknown>;
  remove(id: string): Promise<unknown>;
};

export type InstanceReporter = {
  /** Measures the requests of a Fastify app; register it on the app itself, before its routes. */
  plugin: FastifyPluginCallback;
  /** The state others see, `starting` until the first call. Reports at once; a report that fails is repeated by the loop. */
  setState(state: InstanceState): Promise<void>;
  /** Reports once a second until the signal aborts. `setState('draining')` goes on reporting after that, until `stop`. */
  start(signal: AbortSignal): void;
  /** Ends the reports and takes this process out of the map. Never rejects. */
  stop(): Promise<void>;
  /**
   * Call it in a handler once a stream's headers are out: its request leaves `inFlight` and latency and counts in
   * `streams` until the returned function is called. Outside a request it only counts.
   */
  openStream(): () => void;
  /** Further fields of the report, asked for at every report. */
  extra(fields: () => ReportFields): void;
  /** For requests that do not pass through Fastify. */
  meter: LoadMeter;
};

const intervalMs = 1000;
const minSpanMs = 500;

/** Tells the instance map once a second, and at every change of state, how this process is. */
export function createInstanceReporter({
  instances,
  room,
  id,
  url,
  version,
  capacity,
  clock,
  logger,
  serverClock,
}: {
  instances: ReportStore;
  room: Room;
  id: string;
  /** Asked for at every report when it is a function: a port may be known only after listening. */
  url: string | (() => string);
  version: string;
  capacity: number;
  clock: Clock;
  logger: Logger;
  /** Redis time, for `startedAtMs`; else this machine's. */
  serverClock?: Pick<Clock, 'nowMs'>;
}): InstanceReporter {
  const meter = createLoadMeter({ clock });
  const processMeter = createProcessMeter();
  const current = new AsyncLocalStorage<RequestMark>();
  const extras: (() => ReportFields)[] = [];
  const stopping = new AbortController();
  let startedAtMs: number | undefined;
  let state: InstanceState = 'starting';
  let reportSeq = 0;
  let running: { loop: Loop; controller: AbortController } | undefined;
  let lastProblem: string | undefined;
  let use: ProcessUse = { eventLoopUtilization: 0, eventLoopDelayP99Ms: 0, cpuRatio: 0, rssBytes: 0 };
  let useReadAtMs = Number.NEGATIVE_INFINITY;

  const readUse = () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - useReadAtMs < minSpanMs) return;
    use = processMeter.read();
    useReadAtMs = nowMs;
  };

  const report = async () => {
    readUse();
    startedAtMs ??= Math.round((serverClock ?? clock).nowMs());
    reportSeq += 1;
    const load = meter.read();
    await instances.write(
      {
        id,
        room,
        url: typeof url === 'function' ? url() : url,
        state,
        startedAtMs,
        version,
        reportSeq,
        ...load,
        capacity,
        requestsPerSec: round(load.requestsPerSec, 1),
        latencyP50Ms: round(load.latencyP50Ms, 2),
        latencyP95Ms: round(load.latencyP95Ms, 2),
        errorRatio: round(load.errorRatio, 4),
        eventLoopUtilization: round(use.eventLoopUtilization, 3),
        eventLoopDelayP99Ms: round(use.eventLoopDelayP99Ms, 2),
        cpuRatio: round(use.cpuRatio, 3),
        rssBytes: use.rssBytes,
        pid: process.pid,
      },
      Object.assign({}, ...extras.map((fields) => fields())),
    );
  };

  // Redis being away is expected: it is logged once and the next report comes in a second.
  const tryReport = async () => {
    if (stopping.signal.aborted) return;
    try {
      await report();
      lastProblem = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== lastProblem) logger.warn({ err: error }, 'instance report failed');
      lastProblem = problem;
    }
  };

  const startLoop = () => {
    const controller = new AbortController();
    const { signal } = controller;
    running = {
      controller,
      loop: runLoop({ name: 'instance-report', intervalMs, clock, signal, logger, step: tryReport }),
    };
  };

  const plugin: FastifyPluginCallback = (app, _options, done) => {
    app.addHook('onRequest', (request, reply, next) => {
      const gateway = request.headers[gatewayHeader];
      const mark = meter.begin(typeof gateway === 'string' ? gateway : undefined);
      // `finish` comes first when the answer went out whole; `close` alone when the client went away.
      reply.raw.once('finish', () => mark.end(reply.raw.statusCode));
      reply.raw.once('close', () => mark.end(undefined));
      current.run(mark, next);
    });
    done();
  };
  // The hooks are for the app that registers the plugin, not for a scope of its own.
  Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'instance-reporter',
  });

  return {
    plugin,
    meter,
    openStream: () => current.getStore()?.becomeStream() ?? meter.openStream(),
    extra: (fields) => {
      extras.push(fields);
    },
    setState: async (next) => {
      state = next;
      await tryReport();
      // A stop aborts the signal first and drains afterwards: the reports go on while requests are being finished.
      if (next === 'draining' && running?.controller.signal.aborted && !stopping.signal.aborted) startLoop();
    },
    start: (signal) => {
      if (running) throw new Error('the reporter was started before');
      startLoop();
      const pause = () => {
        if (state !== 'draining') running?.controller.abort();
      };
      if (signal.aborted) pause();
      else signal.addEventListener('abort', pause, { once: true });
    },
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      running?.controller.abort();
      await running?.loop.stopped;
      processMeter.stop();
      try {
        await instances.remove(id);
      } catch (error) {
        logger.warn({ err: error }, 'could not leave the instance map');
      }
    },
  };
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
