import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { roomNodeFlags } from '@fairline/shared/node-flags.ts';
import { drainTimeoutMs, type Room, type RoomFacts, roomEnvironment, roomFolders, stopTimeoutMs } from './rooms.ts';
import { type SupervisedProcess, superviseProcess } from './supervised-process.ts';

export type RoomProcess = {
  room: Room;
  process: SupervisedProcess;
  /** Of its present life, as the map knows it. */
  instanceId(): string;
  /** Whether its present life, with all its workers, is among the ids of the instances that are ready. */
  isAmong(ready: ReadonlySet<string>): boolean;
  stop(): Promise<void>;
  /** The same with time for what its visitors have begun. */
  drain(): Promise<void>;
};

/** The room itself gives up a little earlier, and says what it was waiting for. */
const graceMs = 500;

export function createRoomProcess(
  room: Room,
  facts: RoomFacts,
  rootDir: string,
  output: { onLine: (line: string) => void; onNote: (text: string) => void },
): RoomProcess {
  const workers = room.kind === 'gateway' ? facts.options.gatewayWorkers : 1;
  let lifeId = '';
  const instanceId = () => `${room.name}-${lifeId}`;
  const process_ = superviseProcess({
    name: room.name,
    command: process.execPath,
    args: [...roomNodeFlags, join(rootDir, roomFolders[room.kind], 'main.ts')],
    cwd: rootDir,
    environment() {
      lifeId = randomBytes(3).toString('hex');
      return roomEnvironment(room, facts, lifeId);
    },
    hasChannel: true,
    ...output,
  });
  return {
    room,
    process: process_,
    instanceId,
    isAmong(ready) {
      const id = instanceId();
      if (workers === 1) return ready.has(id);
      return [...ready].filter((each) => each.startsWith(`${id}-w`)).length >= workers;
    },
    stop: () => process_.stop(stopTimeoutMs(room.kind) + graceMs),
    drain: () => process_.stop(drainTimeoutMs + graceMs),
  };
}
