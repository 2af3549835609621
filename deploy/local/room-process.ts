import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Room, type RoomFacts, roomEnvironment, roomFolders, stopTimeoutMs } from './rooms.ts';
import { type SupervisedProcess, superviseProcess } from './supervised-process.ts';

export type RoomProcess = {
  room: Room;
  process: SupervisedProcess;
  /** Its id in the instance map: a new one for each life. */
  instanceId(): string;
  stop(): Promise<void>;
};

/** The room itself gives up a little earlier, and says what it was waiting for. */
const graceMs = 500;

export function createRoomProcess(
  room: Room,
  facts: RoomFacts,
  rootDir: string,
  output: { onLine: (line: string) => void; onNote: (text: string) => void },
): RoomProcess {
  let lifeId = '';
  const process_ = superviseProcess({
    name: room.name,
    command: process.execPath,
    args: [join(rootDir, roomFolders[room.kind], 'main.ts')],
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
    instanceId: () => `${room.name}-${lifeId}`,
    stop: () => process_.stop(stopTimeoutMs(room.kind) + graceMs),
  };
}
