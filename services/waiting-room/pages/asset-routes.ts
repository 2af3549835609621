import { createCodedError } from '@fairline/shared/errors.ts';
import type { FastifyPluginCallback } from 'fastify';
import { type Asset, scriptAsset, styleAsset } from './assets.ts';

const assets: Readonly<Record<string, Asset>> = { 'page.css': styleAsset, 'waiting.js': scriptAsset };

/**
 * The style and the script. A page from a process of another version may name another hash: it gets what we have, not to
 * be kept.
 */
export const assetRoutes: FastifyPluginCallback = (app, _options, done) => {
  app.get<{ Params: { file: string } }>('/queue/assets/:file', async (request, reply) => {
    const [, name, hash, extension] = /^(\w+)\.([\w-]+)\.(\w+)$/.exec(request.params.file) ?? [];
    const asset = assets[`${name}.${extension}`];
    if (!asset) throw createCodedError('NOT_FOUND');
    const isSame = asset.hash === hash;
    return reply
      .header('cache-control', isSame ? 'public, max-age=31536000, immutable' : 'no-store')
      .type(asset.type)
      .send(asset.body);
  });
  done();
};
