import t from 'tap';
import { escapeHtml, type HtmlValue, html, raw } from '../html.ts';

t.test('html: values are escaped in content and in quoted attributes', async (t) => {
  const name = `<img src=x onerror="alert('1')">&`;
  t.equal(String(html`<p>${name}</p>`), '<p>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</p>');
  t.equal(String(html`<a title="${'" onclick="x'}">`), '<a title="&quot; onclick=&quot;x">');
  t.equal(escapeHtml('서울 – plain'), '서울 – plain');
});

t.test('html: nested templates are kept, arrays are joined, each member by its own rule', async (t) => {
  const rows = ['a<b', 'c'].map((text) => html`<li>${text}</li>`);
  t.equal(String(html`<ul>${rows}</ul>`), '<ul><li>a&lt;b</li><li>c</li></ul>');
  t.equal(String(html`${['<', html`<br>`, [1, '>']]}`), '&lt;<br>1&gt;');
});

t.test('html: null, undefined and false leave nothing, zero and the empty string are values', async (t) => {
  t.equal(String(html`[${null}${undefined}${false}]`), '[]');
  t.equal(String(html`[${0}|${''}|${7n}]`), '[0||7]');
});

t.test('html: raw text passes, an object that imitates it does not', async (t) => {
  t.equal(String(html`${raw('<b>x</b>')}`), '<b>x</b>');
  const imitation = { toString: () => '<script>' } as unknown as HtmlValue;
  t.equal(String(html`${imitation}`), '&lt;script&gt;');
});
