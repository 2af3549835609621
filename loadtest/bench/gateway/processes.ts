import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Program = {
  /** For messages. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** As `taskset -c` takes them; empty: any. */
  cores: string;
  /** Where its output goes; read it when the program ends by itself. */
  logFile: string;
};

export type Running = { readonly pid: number; readonly name: string; stop(): Promise<void> };

const stopTimeoutMs = 5000;

/** Starts a program on the given cores. It gets nothing of our environment but the path. */
export function startProgram({ name, command, args, env = {}, cores, logFile }: Program): Running {
  const log = openSync(logFile, 'a');
  const words = cores === '' ? [command, ...args] : ['taskset', '-c', cores, command, ...args];
  const [first = command, ...rest] = words;
  const child = spawn(first, rest, {
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  child.on('error', () => {});
  return { pid: child.pid ?? 0, name, stop: () => stopChild(child) };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isLate = await Promise.race([ended.then(() => false), sleep(stopTimeoutMs, true, { ref: false })]);
  if (isLate) child.kill('SIGKILL');
  await ended;
}

/** Resolves when something listens on the port of this machine. Throws with the end of the log when nothing does. */
export async function waitForPort(port: number, name: string, logFile: string, timeoutMs = 15_000): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 50) {
    if (await canConnect(port)) return;
    await sleep(50);
  }
  throw new Error(`${name} does not listen on port ${port}: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
