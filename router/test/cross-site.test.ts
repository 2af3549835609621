import t from 'tap';
import { isCrossSite } from '../routing/cross-site.ts';

const post = { method: 'POST', secFetchSite: undefined, origin: undefined, host: 'tickets.example' };

t.test('cross-site: what a browser says of itself, else the Origin, decides', async (t) => {
  const table: [Partial<typeof post> | Record<string, string>, boolean][] = [
    [{}, false],
    [{ secFetchSite: 'same-origin' }, false],
    [{ secFetchSite: 'same-origin', origin: 'null' }, false],
    [{ secFetchSite: 'none' }, false],
    [{ secFetchSite: 'cross-site' }, true],
    [{ secFetchSite: 'cross-site', origin: 'https://tickets.example' }, true],
    [{ secFetchSite: 'same-site', origin: 'https://www.tickets.example' }, true],
    [{ secFetchSite: 'same-site' }, true],
    [{ origin: 'https://tickets.example' }, false],
    [{ origin: 'HTTP://TICKETS.example' }, false],
    [{ origin: 'https://tickets.example.evil.example' }, true],
    [{ origin: 'https://tickets.example@evil.example' }, true],
    [{ origin: 'https://tickets.example:444' }, true],
    [{ origin: 'null' }, true],
    [{ origin: '' }, true],
    [{ secFetchSite: 'cross-site', method: 'GET' }, false],
    [{ secFetchSite: 'cross-site', method: 'HEAD' }, false],
    [{ secFetchSite: 'cross-site', method: 'DELETE' }, true],
  ];
  for (const [facts, expected] of table) t.equal(isCrossSite({ ...post, ...facts }), expected, JSON.stringify(facts));
});
