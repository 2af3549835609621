import type { Subject } from './subject.ts';

/** The upstream itself: what everybody else adds to. */
export const direct: Subject = {
  name: 'direct',
  title: 'direct',
  needs: {},
  start: async ({ upstreamPort }) => ({ port: upstreamPort, pids: [], stop: async () => {} }),
};
