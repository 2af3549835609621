import { createOpenApi } from '@fairline/shared/contracts/openapi.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';

/** The visitors' API as an OpenAPI document, for operators and for the tools they point at it. */
export function addApiDocsRoutes(app: HttpApp, { version }: { version: string }): void {
  const document = JSON.stringify(createOpenApi({ version }));
  app.get('/system/api/docs', (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
}
