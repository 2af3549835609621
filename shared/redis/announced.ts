import type { EventKeys } from '../stores/keys.ts';
import { isOneSlot, type RedisClient } from './client.ts';
import { bindScript, loadScript, type Script } from './scripts.ts';

const announceScript = loadScript(new URL('../stores/line/scripts/', import.meta.url), 'announce');

/** What an entry of the stream of changes says beyond its number and its time. */
export type Announcement = {
  type: 'tier' | 'blocked';
  /** Whom it concerns. */
  visitorIds: readonly string[];
  fields: Readonly<Record<string, string | number>>;
};

export type AnnouncedRunner = (
  args: readonly (string | number)[],
  /** What a reply of the script would have announced; undefined: nothing. */
  tellOf: (reply: unknown) => Announcement | undefined,
) => Promise<unknown>;

/**
 * Binds a script that changes what all events share and announces it in the changes of one event. Where both are in one
 * slot the script does both. On a cluster only the default event's are: for another one the change is made first, then
 * announced by a second call, and a caller to whom that one failed asks again.
 */
export function bindAnnounced(
  redis: RedisClient,
  script: Script,
  keys: Readonly<Record<string, string>> & Pick<EventKeys, 'counters' | 'changes'>,
): AnnouncedRunner {
  if (
    isOneSlot(
      redis,
      script.keyNames.map((name) => keys[name] ?? ''),
    )
  ) {
    const run = bindScript(redis, script, keys);
    return (args) => run(args);
  }
  const change = bindScript(redis, script.omit(['counters', 'changes']), keys);
  const announce = bindScript(redis, announceScript, keys);
  return async (args, tellOf) => {
    const reply = await change(args);
    const announcement = tellOf(reply);
    if (announcement) {
      const { type, visitorIds, fields } = announcement;
      await announce([type, visitorIds.map((id) => `${id} 0`).join(' '), ...Object.entries(fields).flat()]);
    }
    return reply;
  };
}
