/** Where a subject is measured. */
export type Bench = {
  /** A folder of this run, for configuration, logs and sockets. */
  folder: string;
  upstreamPort: number;
  redisUrl: string;
  /** Signs the visitors' cookies. */
  secret: string;
  /** Cores for the subject alone, as `taskset -c` takes them; empty: any. */
  cores: string;
};

export type StartedSubject = {
  port: number;
  /** Its processes; their descendants count as well. */
  pids: readonly number[];
  stop(): Promise<void>;
};

export type Subject = {
  name: string;
  title: string;
  /** Programs it needs, and the Debian packages they are in. */
  needs: Readonly<Record<string, string>>;
  /** What a visitor costs depends on whether the subject has seen that one before. */
  remembersVisitors?: boolean;
  start(bench: Bench): Promise<StartedSubject>;
};
