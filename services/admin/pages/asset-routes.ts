import { createCodedError } from '@fairline/shared/errors.ts';
import type { HttpApp } from '@fairline/shared/http-app.ts';
import Type from 'typebox';
import type { Assets } from './assets.ts';

/**
 * Own static files, open because the login page needs them; kept by browsers for good, as the hash is in the name. A page
 * from a process of another version may name another hash: it gets what we have, not to be kept.
 */
export function addAssetRoutes(app: HttpApp, assets: Assets): void {
  app.get(
    '/system/assets/:name',
    { config: { isOpen: true }, schema: { params: Type.Object({ name: Type.String() }) } },
    (request, reply) => {
      const found = assets.find(request.params.name);
      if (!found) throw createCodedError('NOT_FOUND');
      const { asset, isSame } = found;
      reply
        .type(asset.type)
        .header('cache-control', isSame ? 'public, max-age=31536000, immutable' : 'no-store')
        .header('vary', 'accept-encoding');
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(asset.body);
      return reply.header('content-encoding', 'gzip').send(asset.gzipped);
    },
  );
}
