import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded by `node --import` before a room's own main: collects all garbage every 20 s, so that what is left is in use.
 * Left alone, V8 lets a small heap grow for longer than a soak takes before it looks at the old objects in it.
 */
const everyMs = 20_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(collect, everyMs).unref();
