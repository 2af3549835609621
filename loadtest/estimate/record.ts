import { createWriteStream } from 'node:fs';
import { parseChange } from '@fairline/shared/redis/changes.ts';
import { eventKeys } from '@fairline/shared/stores/keys.ts';
import { Redis } from 'ioredis';
import { countLineMoves } from '../../services/waiting-room/line/line-copy.ts';
import { formatRecordingLine } from './recordings.ts';
import type { MoveEvent } from './sale.ts';

const usage = 'node loadtest/estimate/record.ts <redis url> <event> <seconds> <file.jsonl>\n';

/** Writes what happens to the line of a running system into a recording: numbers and moments, nothing of anybody. */
const [url, event, seconds, file] = process.argv.slice(2);
if (!url || !event || !Number(seconds) || !file) {
  process.stderr.write(usage);
  process.exit(2);
}

const redis = new Redis(url);
const target = createWriteStream(file);
const { changes } = eventKeys(event);
const endMs = Date.now() + Number(seconds) * 1000;
let position = (await redis.xrevrange(changes, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
let beginMs: number | undefined;
while (Date.now() < endMs) {
  const reply = await redis.xread('COUNT', 500, 'BLOCK', 1000, 'STREAMS', changes, position);
  for (const [streamId, flat] of reply?.[0]?.[1] ?? []) {
    position = streamId;
    const change = parseChange(streamId, flat);
    if (!change) continue;
    const { passed, left } = countLineMoves(change);
    const kind: MoveEvent['kind'] | undefined =
      change.type === 'joined' ? 'joined' : passed > 0 ? 'passed' : left > 0 ? 'left' : undefined;
    if (!kind) continue;
    beginMs ??= change.atMs;
    const numbers = change.visitors.map((visitor) => visitor.number);
    target.write(formatRecordingLine({ atMs: change.atMs - beginMs, kind, numbers }));
  }
}
redis.disconnect();
target.end();
