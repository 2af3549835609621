export function decidePollMs(facts: { refreshAfterSeconds: number; isHidden: boolean }): number;

export function decideRetryMs(facts: { failures: number; random: number }): number;

export function decideAnnouncement(
  now: { state: string; position: number | null },
  last: { state: string; position: number | null; atMs: number },
  nowMs: number,
): 'state' | 'position' | null;
