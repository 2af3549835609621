/** One kind of load. Every subject gets the same. */
export type Cell = {
  name: string;
  /** What a reader of the table should know. */
  title: string;
  method: 'GET' | 'POST';
  path: string;
  requestBytes: number;
  connections: number;
  /** How many visitors the requests are drawn from. */
  visitors: number;
  /** The cells that the targets are about are measured longest. */
  isTarget: boolean;
  /** Nobody has been here before: visitors come in turn and not again. Elsewhere everybody has. */
  isOfFirstVisits?: boolean;
  /** Not the subjects beside each other but the gateway alone and as several processes, all on any core. */
  isOfWorkers?: boolean;
};

/** What the upstream answers by path. */
export const bodyBytes: Readonly<Record<string, number>> = {
  '/': 300,
  '/ticketing': 300,
  '/ticketing/10k': 10 * 1024,
  '/ticketing/1m': 1024 * 1024,
  '/api/booking/confirm': 300,
};

const usual = { method: 'GET', path: '/ticketing', requestBytes: 0, connections: 64, isTarget: false } as const;

export function listCells(allVisitors: number): readonly Cell[] {
  const everybody = { ...usual, visitors: allVisitors };
  return [
    {
      ...everybody,
      name: 'first-visits',
      title: 'GET of a protected page, 300 B, everybody for the first time',
      isTarget: true,
      isOfFirstVisits: true,
    },
    { ...everybody, name: 'target', title: 'the same, everybody, all of whom have been here before', isTarget: true },
    { ...usual, visitors: 1000, name: 'few-visitors', title: 'the same, 1 000 visitors', isTarget: true },
    { ...everybody, name: 'open', title: 'GET of the landing page, 300 B', path: '/' },
    { ...everybody, name: '10k', title: 'GET, 10 KiB', path: '/ticketing/10k' },
    { ...everybody, name: '1m', title: 'GET, 1 MiB', path: '/ticketing/1m' },
    {
      ...everybody,
      name: 'post',
      title: 'POST of 200 B, 300 B back',
      method: 'POST',
      path: '/api/booking/confirm',
      requestBytes: 200,
    },
    { ...everybody, name: '2000-connections', title: 'GET, 300 B, 2 000 connections', connections: 2000 },
    { ...everybody, name: 'workers', title: 'the gateway as one process and as two, on any core', isOfWorkers: true },
  ];
}
