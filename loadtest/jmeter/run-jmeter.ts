import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@fairline/shared/testing/redis-server.ts';
import { repositoryFile } from '../report/results.ts';

export type Run = {
  javaArguments: readonly string[];
  heapMiB: number;
  /** Properties of the plan. */
  properties: Readonly<Record<string, string | number | boolean>>;
  /** Where its log and what it says go to. */
  folder: string;
  /** The samples, one line each. */
  samplesFile: string;
};

/** Columns of the samples: as few as the report needs, since there are millions of lines. */
const samplesFormat = {
  output_format: 'csv',
  print_field_names: true,
  timestamp_format: 'ms',
  assertion_results_failure_message: true,
  response_message: false,
  thread_name: false,
  data_type: false,
  subresults: false,
  latency: false,
  connect_time: false,
  idle_time: false,
  sent_bytes: false,
  url: false,
  bytes: true,
  thread_counts: true,
};
/** Longer than a thought and an answer. */
const stopPatienceMs = 60_000;

/** Starts the plan. `done` settles with the exit code; `stop` lets requests in hand end, then ends the process. */
export async function startJmeter({ javaArguments, heapMiB, properties, folder, samplesFile }: Run) {
  const port = await findFreePort();
  const all: Record<string, string | number | boolean> = {
    ...properties,
    'jmeterengine.nongui.port': port,
    sample_variables: 'number,position',
    // 5.6 closes connections between loops unless told otherwise; a thread is one connection here.
    'httpclient.reset_state_on_thread_group_iteration': false,
    ...Object.fromEntries(
      Object.entries(samplesFormat).map(([name, value]) => [`jmeter.save.saveservice.${name}`, value]),
    ),
  };
  const args = [
    // Thousands of threads beside a whole site on the same cores: a collector that works while they do takes more from them.
    ...['-XX:+UseParallelGC', `-Xmx${heapMiB}m`, '-Xss256k', ...javaArguments],
    ...['-n', '-t', repositoryFile('loadtest/jmeter/visit.jmx'), '-l', samplesFile, '-j', join(folder, 'jmeter.log')],
    ...Object.entries(all).map(([name, value]) => `-J${name}=${value}`),
  ];
  const child = spawn('java', args, {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    // A Ctrl-C in the terminal reaches us alone, and we stop it in order.
    detached: true,
  });
  const output = createWriteStream(join(folder, 'jmeter.out'));
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const done = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      output.end();
      resolve(code ?? 1);
    });
  });
  done.catch(() => {});
  return {
    pid: child.pid ?? 0,
    done,
    async stop(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      let hasEnded = false;
      void done.finally(() => {
        hasEnded = true;
      });
      for (const word of ['Shutdown', 'StopTestNow']) {
        const socket = createSocket('udp4');
        socket.send(word, port, '127.0.0.1', () => socket.close());
        await Promise.race([done, sleep(stopPatienceMs, undefined, { ref: false })]);
        if (hasEnded) return;
      }
      child.kill('SIGKILL');
      await done;
    },
  };
}
