import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import type { Overview } from './overview.ts';
import type { OverviewReader } from './overview-reader.ts';

/** The reading that is there, or a first one; undefined while Redis has not answered since the start. */
export async function readOverview(reader: OverviewReader): Promise<Overview | undefined> {
  return reader.current() ?? (await reader.refresh().catch(() => undefined));
}

/** `/system/api/overview`: the state of everything, as the live stream tells it. */
export function addOverviewRoutes(app: HttpApp, { reader }: { reader: OverviewReader }): void {
  app.get('/system/api/overview', async () => {
    const overview = await readOverview(reader);
    if (!overview) throw createCodedError('REDIS_UNAVAILABLE');
    return overview;
  });
}
