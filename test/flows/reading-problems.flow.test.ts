import { findReadingProblems } from '@fairline/shared/testing/reading-problems.ts';
import t from 'tap';
import { launchBrowser } from './browser.ts';

t.test('reading problems: what cannot be read or used is told, and nothing else', async (t) => {
  const browser = await launchBrowser(t);
  const page = await browser.newPage();
  const show = (style: string, body: string) =>
    page.setContent(`<!doctype html><html lang="en"><title>x</title><style>${style}</style><h1>x</h1>${body}</html>`);

  await show('', '<p>plain</p><label>Name <input></label><a href="#a">there</a><button disabled>not now</button>');
  t.same(await findReadingProblems(page), []);

  await show(
    'div { background: rgb(0 0 0 / 50%) } p { color: #aaa } .unmarked:focus { outline: none }',
    '<p>faint</p><div>halfway</div><button></button><a class="unmarked" href="#a">there</a>',
  );
  const problems = await findReadingProblems(page);
  t.match(problems, [
    /^contrast 2\.3\d: <p> "faint"/,
    /^without a name: <button>/,
    /^focus is not seen: <a class="unmarked"/,
  ]);
  t.equal(problems.length, 3);
});
