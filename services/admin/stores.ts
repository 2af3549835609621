import type { RedisClient } from '@fairline/shared/redis/client.ts';
import { createAuditStore } from '@fairline/shared/stores/audit/store.ts';
import { createBlockStore } from '@fairline/shared/stores/blocks/store.ts';
import { createHistoryStore } from '@fairline/shared/stores/history/store.ts';
import { createInstanceStore } from '@fairline/shared/stores/instances/store.ts';
import { createJourneyStore } from '@fairline/shared/stores/journeys/store.ts';
import type { EventKeys } from '@fairline/shared/stores/keys.ts';
import { createSuspectStore } from '@fairline/shared/stores/limits/suspects.ts';
import { createAheadStore } from '@fairline/shared/stores/line/ahead.ts';
import { createLineStore } from '@fairline/shared/stores/line/store.ts';
import { createSaleStore } from '@fairline/shared/stores/sales/store.ts';
import { createScalingStore } from '@fairline/shared/stores/scaling/store.ts';
import { createSettingsStore } from '@fairline/shared/stores/settings/store.ts';
import { createVisitorStore } from '@fairline/shared/stores/visitors/store.ts';
import { createTierStore } from '@fairline/shared/stores/visitors/tiers.ts';

export type Stores = ReturnType<typeof createStores>;

/** All that the console reads and writes, on one connection. */
export function createStores({ redis, keys }: { redis: RedisClient; keys: EventKeys }) {
  return {
    line: createLineStore({ redis, keys }),
    ahead: createAheadStore({ redis, keys }),
    journeys: createJourneyStore({ redis, keys }),
    sales: createSaleStore({ redis, keys }),
    settings: createSettingsStore({ redis, keys }),
    visitors: createVisitorStore({ redis }),
    tiers: createTierStore({ redis, keys }),
    blocks: createBlockStore({ redis, keys }),
    suspects: createSuspectStore({ redis, keys }),
    scaling: createScalingStore({ redis, keys }),
    instances: createInstanceStore({ redis }),
    historyStore: createHistoryStore({ redis, keys }),
    audit: createAuditStore({ redis }),
  };
}
