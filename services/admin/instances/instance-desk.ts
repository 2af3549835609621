import type { InstanceStore } from '@fairline/shared/stores/instances/store.ts';
import type { Audit } from '../operators/audit.ts';
import { canDisable } from '../overview/overview.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';

export type InstanceOutcome = { kind: 'done' } | { kind: 'unchanged' } | { kind: 'unknown' } | { kind: 'last-admin' };

export type InstanceDesk = {
  wish(input: { who: string; id: string; wish: 'drain' | 'enable' }): Promise<InstanceOutcome>;
};

/** Takes instances out of the balance and back; every change is written down. */
export function createInstanceDesk({
  instances,
  reader,
  noteChange,
}: {
  instances: Pick<InstanceStore, 'setDisabled'>;
  reader: Pick<OverviewReader, 'refresh'>;
  noteChange: Audit;
}): InstanceDesk {
  return {
    async wish({ who, id, wish }) {
      const overview = await reader.refresh();
      const instance = overview.instances.find((candidate) => candidate.id === id);
      const verdict = wish === 'drain' ? canDisable(overview.instances, id) : instance ? 'yes' : 'unknown';
      if (verdict !== 'yes') return { kind: verdict };
      await instances.setDisabled(id, wish === 'drain');
      const before = { enabled: String(instance?.isEnabled ?? true) };
      const after = { enabled: String(wish === 'enable') };
      const isChanged = before.enabled !== after.enabled;
      if (isChanged) await noteChange({ who, what: 'instance', subject: id, before, after });
      await reader.refresh().catch(() => undefined);
      return { kind: isChanged ? 'done' : 'unchanged' };
    },
  };
}
