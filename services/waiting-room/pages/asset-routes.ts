import { createCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback } from 'fastify';
import type { Asset } from './assets.ts';
import type { Look } from './look.ts';

/**
 * The style, the script and the logo. A page from a process of another version may name another hash: it gets what we
 * have, not to be kept.
 */
export const assetRoutes: FastifyPluginCallback<{ look: Look }> = (app, { look }, done) => {
  const assets = new Map<string, Asset>();
  for (const asset of [look.style, look.script, look.logo]) if (asset) assets.set(asset.name, asset);

  app.get<{ Params: { file: string } }>('/queue/assets/:file', async (request, reply) => {
    const [, name, hash, extension] = /^(\w+)\.([\w-]+)\.(\w+)$/.exec(request.params.file) ?? [];
    const asset = assets.get(`${name}.${extension}`);
    if (!asset) throw createCodedError('NOT_FOUND');
    const isSame = asset.hash === hash;
    return reply
      .header('cache-control', isSame ? 'public, max-age=31536000, immutable' : 'no-store')
      .type(asset.type)
      .send(asset.body);
  });
  done();
};
