import { toIsoTime } from '@fairline/shared/moments.ts';
import type { Block, BlockStore } from '@fairline/shared/stores/blocks/store.ts';
import type { BlockBody, BlockLine, BlocksAnswer, UnblockBody } from '../contract/blocks.ts';
import type { Audit } from '../operators/audit.ts';

export type BlockDesk = {
  list(limit: number): Promise<BlocksAnswer>;
  /** `badTarget`: neither a visitor id nor a network. */
  block(input: BlockBody & { who: string }): Promise<{ kind: 'blocked'; untilMs: number } | { kind: 'badTarget' }>;
  unblock(input: UnblockBody & { who: string }): Promise<{ kind: 'unblocked' } | { kind: 'unchanged' }>;
  describe(block: Block): BlockLine;
};

/** Who is kept out, and the operators' word on it; every change is written down. */
export function createBlockDesk({
  blocks,
  noteChange,
}: {
  blocks: Pick<BlockStore, 'block' | 'unblock' | 'list' | 'find'>;
  noteChange: Audit;
}): BlockDesk {
  /** What stands, as the audit shows it. */
  async function stateOf(target: UnblockBody): Promise<Record<string, string>> {
    const block = await blocks.find(target);
    if (!block) return { until: '' };
    return {
      until: toIsoTime(block.untilMs) ?? 'undone',
      reason: block.reason,
    };
  }

  return {
    async list(limit) {
      const { blocks: found, total } = await blocks.list({ limit });
      return { total, blocks: found.map(describe) };
    },
    async block({ who, kind, value, minutes, reason }) {
      const before = await stateOf({ kind, value });
      const outcome = await blocks.block({ kind, value, forMs: minutes * 60_000, reason, who });
      if (outcome.kind === 'badTarget') return outcome;
      await noteChange({
        who,
        what: 'block',
        subject: `${kind}:${value}`,
        before,
        after: await stateOf({ kind, value }),
      });
      return { kind: 'blocked', untilMs: outcome.untilMs };
    },
    async unblock({ who, kind, value }) {
      const before = await stateOf({ kind, value });
      if (!(await blocks.unblock({ kind, value, who }))) return { kind: 'unchanged' };
      await noteChange({ who, what: 'unblock', subject: `${kind}:${value}`, before, after: { until: '' } });
      return { kind: 'unblocked' };
    },
    describe,
  };
}

function describe({ kind, value, untilMs, reason, who, isAutomatic, atMs, times }: Block): BlockLine {
  const until = Number.isFinite(untilMs) ? untilMs : null;
  return { kind, value, untilMs: until, reason, who: isAutomatic ? 'auto' : who, isAutomatic, atMs, times };
}
