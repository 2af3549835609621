export type ServerEvent = {
  name: 'status' | 'admitted' | 'outcome';
  /** `seq` of the newest change the data knows of. */
  id: number;
  data: unknown;
};

/** One server-sent event. JSON has no line breaks of its own, so one data line is enough. */
export function formatEvent({ name, id, data }: ServerEvent): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps proxies from closing a silent stream; browsers ignore it. */
export const heartbeat = ':\n\n';

/** How long a browser waits before it connects again. */
export function formatRetry(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`;
}
