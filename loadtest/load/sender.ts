import { connect, isIP, type Socket } from 'node:net';
import { connect as connectByTls } from 'node:tls';
import { isLoopback } from './loopback.ts';
import { createResponseReader, type ReadAnswer } from './response-reader.ts';

/** `refused`: no connection; `reset`: it broke before the whole answer; `timeout`: longer than anybody would wait. */
export type SendFailure = 'refused' | 'reset' | 'timeout' | 'malformed';
export type SendResult = { kind: 'answered'; answer: ReadAnswer } | { kind: 'failed'; reason: SendFailure };

type Job = {
  method: string;
  bytes: string;
  /** Monotonic ms after which nobody waits any more. */
  deadlineMs: number;
  onDone(result: SendResult): void;
};

const sweepIntervalMs = 50;
const readBytes = 64 * 1024;

/**
 * Sends requests to one server on this machine over kept connections, one request at a time on each. More are opened
 * when all are busy, up to `maxConnections`; beyond it requests wait for their turn. `ownHost`: a host elsewhere, asked by
 * https, that its owner told us to send to.
 */
export function createSender({
  origin,
  maxConnections,
  keepsText,
  ownHost,
}: {
  origin: string;
  maxConnections: number;
  keepsText: boolean;
  ownHost?: string | undefined;
}) {
  const { hostname, port, protocol } = new URL(origin);
  const isSecure = protocol === 'https:';
  if (!isLoopback(origin) && !(isSecure && hostname === ownHost)) throw new Error(`${origin} is not on this machine`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const waiting: Job[] = [];
  /** All connections read into the same memory: each piece is done with before the next one comes. */
  const memory = Buffer.allocUnsafeSlow(readBytes);
  let waitingFrom = 0;

  type Connection = { socket: Socket; job: Job | undefined; start(job: Job): void };

  function openConnection(): Connection {
    const socket = isSecure
      ? connectByTls({ host, port: Number(port) || 443, servername: isIP(host) ? '' : host }).setNoDelay(true)
      : connect({ host, port: Number(port) || 80, noDelay: true, onread: { buffer: memory, callback: readMemory } });
    const reader = createResponseReader({ keepsText });
    let isConnected = false;
    const connection: Connection = {
      socket,
      job: undefined,
      start(job) {
        connection.job = job;
        reader.begin(job.method);
        socket.write(job.bytes, 'latin1');
      },
    };
    function read(bytes: Buffer): void {
      if (!connection.job) {
        drop('malformed');
        return;
      }
      try {
        const answer = reader.feed(bytes);
        if (answer) complete(answer);
      } catch {
        drop('malformed');
      }
    }
    function readMemory(count: number): boolean {
      read(memory.subarray(0, count));
      return true;
    }
    const finish = (result: SendResult) => {
      const { job } = connection;
      connection.job = undefined;
      job?.onDone(result);
    };
    const drop = (reason: SendFailure) => {
      if (!open.delete(connection)) return;
      const at = idle.indexOf(connection);
      if (at !== -1) idle.splice(at, 1);
      socket.destroy();
      finish({ kind: 'failed', reason });
      startNext();
    };
    const complete = (answer: ReadAnswer) => {
      if (!answer.canGoOn) {
        open.delete(connection);
        socket.destroy();
        finish({ kind: 'answered', answer });
        startNext();
        return;
      }
      finish({ kind: 'answered', answer });
      const next = takeWaiting();
      if (next) connection.start(next);
      else idle.push(connection);
    };
    socket.on(isSecure ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    });
    if (isSecure) socket.on('data', read);
    socket.on('end', () => {
      const answer = connection.job ? reader.end() : undefined;
      if (answer) complete(answer);
      else drop('reset');
    });
    socket.on('error', () => drop(isConnected ? 'reset' : 'refused'));
    socket.on('close', () => drop('reset'));
    open.add(connection);
    return connection;
  }

  function takeWaiting(): Job | undefined {
    const job = waiting[waitingFrom];
    if (!job) return undefined;
    waitingFrom += 1;
    // Taken from the front by an index: shifting a long list costs its length.
    if (waitingFrom > 1024 && waitingFrom * 2 > waiting.length) {
      waiting.splice(0, waitingFrom);
      waitingFrom = 0;
    }
    return job;
  }

  function startNext(): void {
    if (isClosed || open.size >= maxConnections) return;
    const job = takeWaiting();
    if (job) openConnection().start(job);
  }

  function sweep(): void {
    const nowMs = performance.now();
    for (const connection of [...open]) {
      const { job } = connection;
      if (!job || job.deadlineMs > nowMs) continue;
      connection.job = undefined;
      connection.socket.destroy();
      open.delete(connection);
      job.onDone({ kind: 'failed', reason: 'timeout' });
      startNext();
    }
    for (let job = waiting[waitingFrom]; job && job.deadlineMs <= nowMs; job = waiting[waitingFrom]) {
      takeWaiting();
      job.onDone({ kind: 'failed', reason: 'timeout' });
    }
  }

  let isClosed = false;
  const sweeper = setInterval(sweep, sweepIntervalMs);

  return {
    send(job: Job): void {
      const connection = idle.pop();
      if (connection) connection.start(job);
      else if (open.size < maxConnections) openConnection().start(job);
      else waiting.push(job);
    },
    /** Cuts everything; what is under way is not told any more. */
    close(): void {
      isClosed = true;
      clearInterval(sweeper);
      for (const connection of open) {
        connection.job = undefined;
        connection.socket.destroy();
      }
      open.clear();
      idle.length = 0;
    },
  };
}

export type Sender = ReturnType<typeof createSender>;
