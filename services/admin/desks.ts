import type { RedisClient } from '@fairline/shared/redis/client.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import { createBlockDesk } from './blocks/block-desk.ts';
import { createExports } from './export/exports.ts';
import { createInstanceDesk } from './instances/instance-desk.ts';
import type { Audit } from './operators/audit.ts';
import type { OverviewReader } from './overview/overview-reader.ts';
import { createSaleDesk } from './sale/sale-desk.ts';
import { createScalingDesk } from './scaling/scaling-desk.ts';
import { createSettingsDesk } from './settings/settings-desk.ts';
import type { Stores } from './stores.ts';
import type { RecentChanges } from './turns/recent-changes.ts';
import type { TurnTracker } from './turns/turn-tracker.ts';
import { createVisitorDesk } from './visitors/visitor-desk.ts';

export type Desks = ReturnType<typeof createDesks>;

/** What operators can do, whoever asks for it: a form of a page, the page's script, or a script of theirs. */
export function createDesks({
  event,
  redis,
  keys,
  stores,
  turns,
  recent,
  reader,
  noteChange,
  flushTurns,
}: {
  event: string;
  redis: RedisClient;
  keys: EventKeys;
  stores: Stores;
  turns: TurnTracker;
  recent: RecentChanges;
  reader: OverviewReader;
  noteChange: Audit;
  flushTurns(): Promise<void>;
}) {
  const blocks = createBlockDesk({ blocks: stores.blocks, noteChange });
  return {
    blocks,
    visitors: createVisitorDesk({ ...stores, blockDesk: blocks, turns, recent, noteChange }),
    instances: createInstanceDesk({ instances: stores.instances, reader, noteChange }),
    settings: createSettingsDesk({ settings: stores.settings, noteChange }),
    scaling: createScalingDesk({ scaling: stores.scaling, noteChange }),
    sale: createSaleDesk({ ...stores, event, flushTurns, noteChange }),
    exports: createExports({ ...stores, redis, keys, findJoinedAtMs: turns.findJoinedAtMs }),
  };
}
