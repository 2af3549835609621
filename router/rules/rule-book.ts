import {
  type Priority,
  parseRoutingRules,
  type RoutingRule,
  type VisitorTier,
} from '@fairline/shared/contracts/routing-rules.ts';

/** What rules say of one request. */
export type Treatment = {
  readonly priority: Priority;
  readonly pool: Pool | undefined;
};

export type Pool = {
  /** Instances at most. */
  readonly size: number;
  /** Requests of the same seed share their instances. */
  readonly seed: string;
};

export type Described = { method: string; path: string; tier: VisitorTier };

export type RuleBook = {
  /** Some rule gives high priority, so a share of each instance is kept for it. */
  readonly hasHighPriority: boolean;
  treat(request: Described): Treatment;
};

const usual: Treatment = Object.freeze({ priority: 'normal', pool: undefined });

/** The book of a text that was checked before; of one that is no text of rules, an empty book. */
export function createRuleBook(text: string): RuleBook {
  const parsed = parseRoutingRules(text);
  const rules = parsed.kind === 'rules' ? parsed.rules : [];
  const prioritizing = rules.filter(({ priority }) => priority !== undefined);
  const pooling = rules.filter(({ poolSize }) => poolSize !== undefined);
  const pools = new Map<RoutingRule, Pool>();
  for (const rule of pooling) pools.set(rule, { size: rule.poolSize ?? 1, seed: seedOf(rule) });

  return {
    hasHighPriority: prioritizing.some(({ priority }) => priority === 'high'),
    treat(request) {
      if (rules.length === 0) return usual;
      // The first rule that says something about priority decides it, and likewise for the pool.
      const first = prioritizing.find((rule) => matches(rule, request));
      const pooled = pooling.find((rule) => matches(rule, request));
      if (!first && !pooled) return usual;
      return { priority: first?.priority ?? 'normal', pool: pooled && pools.get(pooled) };
    },
  };
}

function matches({ methods, path, tiers }: RoutingRule, request: Described): boolean {
  if (methods && !methods.includes(request.method)) return false;
  if (tiers && !tiers.includes(request.tier)) return false;
  if (!path) return true;
  return path.isPrefix ? request.path.startsWith(path.text) : request.path === path.text;
}

/** Rules about the same tiers share a pool; a rule about everybody has one for its path and methods. */
function seedOf({ tiers, path, methods }: RoutingRule): string {
  if (tiers) return `tier ${[...tiers].sort().join(',')}`;
  return `${methods?.join(',') ?? ''} ${path?.text ?? ''}${path?.isPrefix ? '*' : ''}`;
}

/** The book of the text in force, made anew when the text changes. */
export function createLiveRuleBook(readText: () => string): () => RuleBook {
  let text = '';
  let book = createRuleBook(text);
  return () => {
    const current = readText();
    if (current !== text) {
      text = current;
      book = createRuleBook(text);
    }
    return book;
  };
}
