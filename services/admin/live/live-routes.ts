import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { HistoryAnswer } from '../contract/history.ts';
import type { SessionAnswer } from '../contract/session.ts';
import { sessionOf } from '../operators/access.ts';
import { type Session, type Sessions, sessionCookieName } from '../operators/session.ts';
import type { OverviewReader } from '../overview/overview-reader.ts';
import type { LiveHub } from './live-hub.ts';

const HistoryQuery = Type.Object({ minutes: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })) });

export type LiveParts = {
  hub: LiveHub;
  reader: Pick<OverviewReader, 'history'>;
  sessions: Sessions;
  event: string;
  nowMs: () => number;
};

/** What the page shows without asking again: the event stream, the charts, who is logged in. */
export function addLiveRoutes(app: HttpApp, { hub, reader, sessions, event, nowMs }: LiveParts): void {
  app.get('/system/api/session', async (request): Promise<SessionAnswer> => {
    const session = sessionOf(request);
    const { name, role } = session.operator;
    return {
      event,
      name,
      role,
      endsAtMs: session.isToken ? null : session.endsAtMs,
      csrfToken: session.isToken ? null : sessions.csrfToken(session),
    };
  });

  app.get(
    '/system/api/history',
    { schema: { querystring: HistoryQuery } },
    async (request): Promise<HistoryAnswer> => reader.history(request.query.minutes ?? 60),
  );

  // A HEAD would be a stream that nobody reads.
  app.get('/system/api/live', { exposeHeadRoute: false }, async (request, reply) => {
    const session = sessionOf(request);
    const cookie = request.cookies[sessionCookieName];
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(reply.getHeaders())) headers[name] = String(value);
    const isOpen = hub.open(reply.raw, { headers, checkEnd: () => checkEnd(session, cookie) });
    if (!isOpen) throw createCodedError('STREAMS_FULL');
    reply.hijack();
  });

  /** A password that changed, a role that is another, an operator who is gone: the stream was for somebody else. */
  function checkEnd(session: Session, cookie: string | undefined): 'session' | 'operator' | undefined {
    // What tokens there are is fixed for the life of the process.
    if (session.isToken) return undefined;
    if (nowMs() >= session.endsAtMs) return 'session';
    const now = sessions.verify(cookie, nowMs());
    return now?.operator.role === session.operator.role ? undefined : 'operator';
  }

  app.addHook('preClose', (done) => {
    hub.close();
    done();
  });
}
