import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryFile } from '../report/results.ts';

const run = promisify(execFile);
const maxOutput = 64 * 2 ** 20;

export type Container = {
  id: string;
  /** As Compose names it, without the project: `booking-2`. */
  name: string;
  service: string;
  status: string;
  /** Empty where there is no health check. */
  health: string;
  /** Of its first process, as the machine sees it; 0 when it does not run. */
  pid: number;
  startedAtMs: number;
  exitCode: number;
  addresses: string[];
};

type Inspected = {
  Id: string;
  Name: string;
  State: { Status: string; Health?: { Status: string }; Pid: number; StartedAt: string; ExitCode: number };
  Config: { Labels: Record<string, string> };
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
};

/** What a running Compose project is made of, by the `docker` of this machine. Throws with what `docker` said. */
export function createCompose(project: string) {
  async function docker(...args: string[]): Promise<string> {
    const { stdout, stderr } = await run('docker', args, { cwd: repositoryFile('.'), maxBuffer: maxOutput });
    return stdout + stderr;
  }

  return {
    async list(): Promise<Container[]> {
      const ids = (await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`)).split('\n');
      const found = ids.filter(Boolean);
      if (found.length === 0) return [];
      const all = JSON.parse(await docker('inspect', ...found)) as Inspected[];
      return all.map(readContainer(project)).sort((a, b) => a.name.localeCompare(b.name));
    },
    /** Starts or removes containers of a service, and touches no other. */
    scale: (service: string, count: number) =>
      docker(
        'compose',
        '-p',
        project,
        'up',
        '-d',
        '--no-build',
        '--no-recreate',
        '--no-deps',
        '--scale',
        `${service}=${count}`,
        service,
      ),
    /** Settles when it has ended; its restart policy does not act. */
    stop: (id: string) => docker('stop', '--time', '30', id),
    start: (id: string) => docker('start', id),
    /** What it has said since it was started last, each line after its time. */
    logs: (id: string, sinceMs: number) =>
      docker('logs', '--timestamps', '--since', new Date(sinceMs).toISOString(), id),
  };
}

function readContainer(project: string) {
  return ({ Id, Name, State, Config, NetworkSettings }: Inspected): Container => ({
    id: Id,
    name: Name.replace(`/${project}-`, ''),
    service: Config.Labels['com.docker.compose.service'] ?? '',
    status: State.Status,
    health: State.Health?.Status ?? '',
    pid: State.Pid,
    startedAtMs: Date.parse(State.StartedAt),
    exitCode: State.ExitCode,
    addresses: Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress),
  });
}

export function isWell({ status, health }: Pick<Container, 'status' | 'health'>): boolean {
  return status === 'running' && (health === '' || health === 'healthy');
}

/** Ms from the start of a container until its room said that it listens; NaN when it did not. */
export function readListeningMs(logs: string, startedAtMs: number): number {
  const line = logs.split('\n').find((text) => text.includes('"msg":"listening"'));
  return Date.parse(line?.split(' ')[0] ?? '') - startedAtMs;
}
