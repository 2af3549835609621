import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { findCatalogueProblems, readCatalogue } from '../catalogue/catalogue.ts';
import { catalogue } from './sample-catalogue.ts';

t.test('catalogue: the one that comes along is good', async (t) => {
  t.same(findCatalogueProblems(catalogue), []);
});

t.test('catalogue: what does not fit together is named', async (t) => {
  const [first] = catalogue.sections;
  const problemsOf = (changes: object) => findCatalogueProblems({ ...catalogue, ...changes }).join();
  t.match(problemsOf({ sections: [first, first] }), /same id/);
  t.match(problemsOf({ firstChoice: { section: 'moon', tickets: 1 } }), /firstChoice\/section/);
  t.match(problemsOf({ firstChoice: { section: 'loge', tickets: 5 } }), /firstChoice\/tickets/);
  t.match(problemsOf({ timeZone: 'Asia/Atlantis' }), /timeZone/);
  t.match(problemsOf({ startsAt: '2027-13-40T19:30:00+09:00' }), /startsAt/);
  t.match(problemsOf({ maxTickets: 0 }), /maxTickets/);
  t.match(problemsOf({ title: { en: 'Only English' } }), /title/);
});

t.test('catalogue: a file that is missing or no JSON is named', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'catalogue.json');
  await t.rejects(readCatalogue(file), /catalogue .*catalogue\.json.*ENOENT/);
  await writeFile(file, '{ "title": ');
  await t.rejects(readCatalogue(file), /catalogue\.json/);
  await writeFile(file, '{}');
  await t.rejects(readCatalogue(file), /catalogue\.json: .*title/);
});
