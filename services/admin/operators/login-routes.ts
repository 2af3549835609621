import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import { loginPage } from '../pages/login-page.ts';
import type { Pages } from '../pages/pages.ts';
import { wantsPage } from './access.ts';
import type { Login } from './login.ts';
import { type Sessions, sessionCookieName, sessionLifeMs } from './session.ts';

const LoginForm = Type.Object({
  name: Type.String({ maxLength: 256 }),
  password: Type.String({ maxLength: 4096 }),
});

/** `/system/login` and `/system/logout`. */
export function addLoginRoutes(
  app: HttpApp,
  { login, sessions, pages, nowMs }: { login: Login; sessions: Sessions; pages: Pages; nowMs: () => number },
): void {
  app.get('/system/login', { config: { isOpen: true } }, async (request, reply) => {
    if (request.operatorSession) return reply.redirect('/system', 303);
    return pages.send(reply, loginPage(pages.contextOf(request), {}));
  });

  app.post(
    '/system/login',
    { config: { isOpen: true }, bodyLimit: 16_384, schema: { body: LoginForm } },
    async (request, reply) => {
      const { name, password } = request.body;
      const outcome = await login({ name, password, address: request.ip, nowMs: nowMs() });
      if (outcome.kind === 'in') {
        request.log.info({ operator: outcome.operator.name, role: outcome.operator.role }, 'logged in');
        const value = sessions.create(outcome.operator, nowMs());
        reply.setCookie(sessionCookieName, value, {
          path: '/system',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.protocol === 'https',
          maxAge: sessionLifeMs / 1000,
        });
        return reply.redirect('/system', 303);
      }
      request.log.warn({ operator: name, outcome: outcome.kind }, 'login refused');
      const waitSec = outcome.kind === 'slowed' ? Math.ceil(outcome.waitMs / 1000) : 0;
      if (waitSec > 0) reply.header('retry-after', waitSec);
      if (!wantsPage(request)) throw createCodedError(waitSec > 0 ? 'LOGIN_SLOWED' : 'BAD_LOGIN');
      const context = pages.contextOf(request);
      const { slowed, wrong } = context.texts.login;
      const problem = waitSec > 0 ? slowed(waitSec) : wrong;
      return pages.send(reply.code(waitSec > 0 ? 429 : 401), loginPage(context, { name, problem }));
    },
  );

  app.post('/system/logout', { schema: { body: Type.Object({ csrf: Type.Optional(Type.String()) }) } }, (_, reply) => {
    reply.clearCookie(sessionCookieName, { path: '/system', httpOnly: true, sameSite: 'strict' });
    return reply.redirect('/system/login', 303);
  });
}
