import { basename } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { type AssetIndex, assetPrefix, decideAssetCaching } from '../pages/assets.ts';

export type AssetRoutesOptions = { folder: string; assets: AssetIndex };

/** `GET /assets/booking/*`: the room's own style sheet, script and icon. */
export const assetRoutes: FastifyPluginAsync<AssetRoutesOptions> = async (app, { folder, assets }) => {
  await app.register(fastifyStatic, {
    root: folder,
    prefix: assetPrefix,
    index: false,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      const asked = (reply.request.query as { v?: string }).v;
      reply.header('cache-control', decideAssetCaching(assets.hashOf(basename(path)), asked));
    },
  });
};
