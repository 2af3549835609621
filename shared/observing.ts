import Type, { type Static } from 'typebox';
import { type AccessLog, type AccessLogMode, accessLogModes, createAccessLog } from './access-log.ts';
import type { Logger } from './logger.ts';
import { startTracing, type Tracing, tracingConfig } from './tracing.ts';

/** Fields of the config of every room that visitors or operators reach by HTTP. */
export const observingConfig = {
  ACCESS_LOG: Type.Enum([...accessLogModes], {
    default: 'sampled',
    description:
      'the line for each request at level info: all, off, or sampled: beyond 100 a second one in 100, which says so; errors always',
  }),
  ...tracingConfig,
};

const ObservingConfig = Type.Object(observingConfig);

/** What a room tells of each of its requests. */
export type Observing = { accessLog: AccessLog; tracing: Tracing | undefined };

/** `stop` sends what was not sent yet: call it once the last request is answered. */
export async function startObserving({
  settings,
  ...parts
}: {
  settings: Readonly<Static<typeof ObservingConfig>>;
  room: string;
  instanceId: string;
  version: string;
  logger: Logger;
  /** Visitors come here first. */
  isEdge?: boolean;
}): Promise<Observing & { stop(): Promise<void> }> {
  const accessLog = createAccessLog({ logger: parts.logger, mode: settings.ACCESS_LOG as AccessLogMode });
  const tracing = await startTracing({ settings, ...parts });
  return { accessLog, tracing, stop: async () => tracing?.stop() };
}
