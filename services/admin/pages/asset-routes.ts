import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { Assets } from './assets.ts';

/** Own static files, open because the login page needs them; kept by browsers for good, as the hash is in the name. */
export function addAssetRoutes(app: HttpApp, assets: Assets): void {
  app.get(
    '/system/assets/:name',
    { config: { isOpen: true }, schema: { params: Type.Object({ name: Type.String() }) } },
    (request, reply) => {
      const file = assets.fileOf(request.params.name);
      if (file === undefined) throw createCodedError('NOT_FOUND');
      return reply.sendFile(file, { maxAge: '365d', immutable: true });
    },
  );
}
