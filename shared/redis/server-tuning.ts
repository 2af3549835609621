/**
 * How a Redis of ours is started beyond what keeps its data safe: for a long line, and for the moment at which it forks.
 * Elsewhere (a managed Redis) nothing depends on it. See docs/decisions/0018.
 */
export const redisTuning = {
  options: {
    // Writing the file anew forks, and whatever changes meanwhile is copied: not in the middle of a rush.
    'auto-aof-rewrite-min-size': '1gb',
    // A line of a million is spread over hundreds of megabytes: with pages of 2 MiB the processor finds its way in them.
    'disable-thp': 'no',
  },
  /** The allocator asks the kernel for such pages; its name in Debian's build, and in Redis' own. */
  environment: { MALLOC_CONF: 'thp:always', JE_MALLOC_CONF: 'thp:always' },
} as const;
