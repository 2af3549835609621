import t from 'tap';
import { pickLanguage } from '../wanted-language.ts';

t.test('language: the most wanted one that there is, else the first', async (t) => {
  const table: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
    ['en-US,ko;q=0.5', 'en'],
    ['fr, ko;q=0.3, en;q=0.2', 'ko'],
    ['fr, en;q=0.2, ko;q=0.3', 'ko'],
    ['ko;q=0, en', 'en'],
    ['fr, ja-JP;q=0.5', 'ja'],
    ['de', 'en'],
    ['KO', 'ko'],
    ['korean', 'en'],
    [',;q=;;', 'en'],
    [';;;,q=1,=;q=x,*', 'en'],
  ];
  for (const [header, language] of table) {
    t.equal(pickLanguage(header, ['en', 'ko', 'ja']), language, header ?? 'none');
  }
});
