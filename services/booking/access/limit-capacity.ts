import type { Clock } from '@fairline/shared/clock.ts';
import { fullHeader } from '@fairline/shared/contracts/internal-headers.ts';
import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';

export type CapacityOptions = {
  /** Requests in hand at once; the next one is refused at once, so that the gateway can ask another instance. */
  capacity: number;
  /** Waits this long before answering, as a service with slow parts of its own would. */
  serviceTimeMs: number;
  clock: Pick<Clock, 'sleep'>;
};

/** Full is not sick: beyond its capacity an instance says so instead of growing slow for everyone. */
export function limitCapacity(app: HttpApp, { capacity, serviceTimeMs, clock }: CapacityOptions): void {
  let inHand = 0;
  app.addHook('onRequest', (_request, reply, next) => {
    if (inHand >= capacity) {
      reply.header(fullHeader, '1');
      return next(createCodedError('INSTANCE_FULL'));
    }
    inHand += 1;
    // Comes once for every answer, also when the client went away before it.
    reply.raw.once('close', () => {
      inHand -= 1;
    });
    next();
  });
  if (serviceTimeMs > 0) {
    app.addHook('preHandler', async (request) => {
      if (!request.routeOptions.url?.startsWith('/assets/')) await clock.sleep(serviceTimeMs);
    });
  }
}
