import { readFileSync, writeFileSync } from 'node:fs';
import { createOpenApi } from '@fairline/shared/contracts/openapi.ts';
import t from 'tap';

const file = new URL('../docs/openapi.json', import.meta.url);
const guide = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8');
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const openApi = createOpenApi({ version });

// UPDATE_DOCS=1 writes the document (then `npm run format`) instead of comparing it.
t.test('docs/openapi.json is what the contract says', async (t) => {
  const wished = JSON.stringify(openApi, null, 2);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, wished);
  else t.same(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(wished));
});

t.test('openapi: every reference leads somewhere, every operation has a name of its own', async (t) => {
  const references = [...JSON.stringify(openApi).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) =>
    String(name),
  );
  t.ok(references.length > 10);
  for (const name of new Set(references)) t.ok(Object.hasOwn(openApi.components.schemas, name), name);
  const names = Object.values(openApi.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  t.equal(new Set(names).size, names.length);
});

t.test('docs/api.md tells every status and every address', async (t) => {
  for (const path of Object.keys(openApi.paths)) t.match(guide, path);
  const words = (openApi.components.schemas.VisitorStatus.properties.status as unknown as { enum: string[] }).enum;
  for (const word of words) t.match(guide, `\`${word}\``, word);
});
