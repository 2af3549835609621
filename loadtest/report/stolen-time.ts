import { readFileSync } from 'node:fs';

/**
 * Starts to watch; the function it answers tells what share of the time in which programs wanted a core the hypervisor
 * gave to other machines since then. undefined where the system does not tell (no Linux, no virtual machine's clock).
 */
export function watchStolenTime(): () => number | undefined {
  const before = readTicks();
  return () => {
    const now = readTicks();
    if (!before || !now) return undefined;
    const wanted = now.wanted - before.wanted;
    return wanted > 0 ? (now.stolen - before.stolen) / wanted : 0;
  };
}

/** proc(5), /proc/stat: ticks of all cores for user, nice, system, idle, iowait, irq, softirq, steal, … */
function readTicks(): { wanted: number; stolen: number } | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = line
      .split(/ +/)
      .slice(1)
      .map(Number);
    return { wanted: user + nice + system + irq + softirq + stolen, stolen };
  } catch {
    return undefined;
  }
}
