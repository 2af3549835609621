import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { parseSettings, type Settings } from '../../contracts/settings.ts';
import { runLoop } from '../../loop.ts';
import type { SettingsStore } from './store.ts';

export type SettingsCopy = ReturnType<typeof createSettingsCopy>;

/**
 * The settings in force as this process knows them, read every 500 ms and at once on `refresh()`; defaults until the first
 * read, the last good ones while Redis is away.
 */
export function createSettingsCopy({
  store,
  clock,
  signal,
  logger,
}: {
  store: Pick<SettingsStore, 'readGood'>;
  clock: Clock;
  signal: AbortSignal;
  logger: Logger;
}) {
  let settings: Settings = parseSettings({});
  async function refresh(): Promise<void> {
    settings = await store.readGood();
  }
  const loop = runLoop({ name: 'settings', intervalMs: 500, clock, signal, logger, step: refresh });
  return { current: () => settings, refresh, stopped: loop.stopped };
}
