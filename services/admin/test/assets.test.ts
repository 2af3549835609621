import t from 'tap';
import { loadAssets } from '../pages/assets.ts';

const sources = new Map([
  ['view.js', "import { a } from './a.js';\nconst later = () => import('./b.js');\n"],
  ['a.js', "import './b.js';\nexport const a = 1;\n"],
  ['b.js', 'export const b = 1;\n'],
  ['look.css', 'p {}\n'],
]);

t.test('assets: the name of a module covers all that it imports', async (t) => {
  const { urls, find } = loadAssets(sources);
  const changed = loadAssets(new Map([...sources, ['b.js', 'export const b = 2;\n']]));
  for (const name of ['view.js', 'a.js', 'b.js']) t.not(urls[name], changed.urls[name], name);
  t.equal(urls['look.css'], changed.urls['look.css']);
  const body = find(urls['view.js']?.split('/').at(-1) ?? '')?.asset.body.toString() ?? '';
  t.match(body, `from './${urls['a.js']?.split('/').at(-1)}'`);
  t.match(body, `import('./${urls['b.js']?.split('/').at(-1)}')`);
});

t.test('assets: a page can ask for all modules at once', async (t) => {
  const { urls, modulesOf } = loadAssets(sources);
  t.same(modulesOf('view.js'), [urls['view.js'], urls['a.js'], urls['b.js']]);
});

t.test('assets: another version’s name finds what we have, any other name nothing', async (t) => {
  const { urls, find } = loadAssets(sources);
  t.equal(find(urls['a.js']?.split('/').at(-1) ?? '')?.isSame, true);
  t.equal(find('a.abcdefabcdef.js')?.isSame, false);
  for (const name of ['a.js', 'c.abcdefabcdef.js', '../app.ts', 'a.abcdefabcdef.css'])
    t.equal(find(name), undefined, name);
});

t.test('assets: an import of nothing, or in a circle, is told at the start', async (t) => {
  t.throws(() => loadAssets(new Map([['a.js', "import './x.js';"]])), { message: 'a.js cannot import x.js' });
  const circle = new Map([
    ['a.js', "import './b.js';"],
    ['b.js', "import './a.js';"],
  ]);
  t.throws(() => loadAssets(circle), { message: 'b.js cannot import a.js' });
});

t.test('assets: what a view loads, once, is light enough for a phone behind the stage', async (t) => {
  const { urls, modulesOf, find } = loadAssets();
  const kilobytes = (entry: string) => {
    const addresses = [...modulesOf(entry), urls['console.css'], urls['icon.svg']];
    const bytes = addresses.map((url) => find(url?.split('/').at(-1) ?? '')?.asset.gzipped.length ?? Number.NaN);
    return bytes.reduce((sum, each) => sum + each, 0) / 1000;
  };
  t.ok(kilobytes('overview.js') < 45, `the overview with its charts: ${kilobytes('overview.js')} kB`);
  for (const entry of ['instances.js', 'settings.js', 'records.js'])
    t.ok(kilobytes(entry) < 20, `${entry}: ${kilobytes(entry)} kB`);
});
