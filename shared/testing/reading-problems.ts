/** What is used of a page of Playwright. */
type ReadablePage = {
  evaluate<T>(script: string): Promise<T>;
  keyboard: { press(key: string): Promise<void> };
};

/**
 * What keeps somebody from reading or using a page as it stands, in words; empty when nothing does. Text needs the contrast of
 * WCAG 2.2 AA against the colours that are behind it, every control a name for a screen reader, and each must be reached by
 * the Tab key with its focus to be seen. Text over pictures is not judged. Moves the focus.
 */
export async function findReadingProblems(page: ReadablePage): Promise<string[]> {
  const problems = await page.evaluate<string[]>(`(${findFaintAndNameless.toString()})()`);
  return [...problems, ...(await findUnreached(page))];
}

const mostSteps = 200;

/** Walks with the Tab key from the start of the page to its end. */
async function findUnreached(page: ReadablePage): Promise<string[]> {
  const count = await page.evaluate<number>(`(${beginWalk.toString()})()`);
  const problems: string[] = [];
  for (let step = 0; step < Math.min(mostSteps, count + 20); step += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate<{ problem: string | null; isEnd: boolean }>(`(${lookAtFocus.toString()})()`);
    if (seen.isEnd) break;
    if (seen.problem) problems.push(seen.problem);
  }
  return [...problems, ...(await page.evaluate<string[]>(`(${endWalk.toString()})()`))];
}

// What follows runs in the page: each function stands alone, and types of the page are not known here.
// biome-ignore lint/suspicious/noExplicitAny: the page's own objects.
type Any = any;

function findFaintAndNameless(): string[] {
  const { document, getComputedStyle, NodeFilter } = globalThis as Any;
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const toRgba = (color: string): number[] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front: number[], back: number[]) =>
    [0, 1, 2].map((at) => (front[at] ?? 0) * (front[3] ?? 1) + (back[at] ?? 0) * (1 - (front[3] ?? 1)));
  const luminance = (color: number[]) => {
    const [red = 0, green = 0, blue = 0] = color.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isShown = (element: Any) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 2 && height > 2 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const describe = (element: Any) =>
    `<${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}${element.className?.baseVal === undefined && element.className ? `.${element.className}` : ''}> "${(element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
  const canvas = toRgba(getComputedStyle(document.documentElement).backgroundColor);
  const bodyColor = toRgba(getComputedStyle(document.body).backgroundColor);
  const page = over(bodyColor, over(canvas, [255, 255, 255]));
  function behind(element: Any): number[] | undefined {
    const layers: number[][] = [];
    for (let next = element; next; next = next.parentElement) {
      const style = getComputedStyle(next);
      if (style.backgroundImage !== 'none') return undefined;
      const color = toRgba(style.backgroundColor);
      layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((back, front) => over(front, back), page);
  }
  const problems: string[] = [];
  const judged = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!/\S/.test(text.data) || judged.has(element)) continue;
    judged.add(element);
    if (/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|OPTION)$/.test(element.tagName)) continue;
    if (!isShown(element) || element.closest(':disabled, [aria-disabled="true"]')) continue;
    const back = behind(element);
    if (!back) continue;
    const style = getComputedStyle(element);
    const color = toRgba(element instanceof (globalThis as Any).SVGElement ? style.fill : style.color);
    let opacity = 1;
    for (let next = element; next; next = next.parentElement) opacity *= Number(getComputedStyle(next).opacity);
    const front = over([...color.slice(0, 3), (color[3] ?? 1) * opacity], back);
    const [light = 0, dark = 0] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const px = Number.parseFloat(style.fontSize);
    const isLarge = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(2)}: ${describe(element)}`);
  }
  for (const element of document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role], [tabindex]',
  )) {
    if (!isShown(element) || element.type === 'hidden') continue;
    if (
      /^(none|presentation|alert|status|log|img)$/.test(element.getAttribute('role') ?? '') &&
      element.getAttribute('role') !== 'img'
    )
      continue;
    const byId = (element.getAttribute('aria-labelledby') ?? '')
      .split(/\s+/)
      .map((id: string) => document.getElementById(id)?.textContent ?? '')
      .join('');
    const labels = [...(element.labels ?? [])].map((label: Any) => label.textContent).join('');
    const alt = [...element.querySelectorAll('img[alt], svg title, [aria-label]')]
      .map((inner: Any) => inner.getAttribute('alt') ?? inner.getAttribute('aria-label') ?? inner.textContent)
      .join('');
    const own = /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName) ? '' : element.textContent;
    const value = /^(submit|button)$/.test(element.type ?? '') && element.tagName === 'INPUT' ? element.value : '';
    const name = [element.getAttribute('aria-label'), byId, labels, own, alt, value, element.title].join('');
    if (!/\S/.test(name)) problems.push(`without a name: ${element.outerHTML.slice(0, 120)}`);
  }
  if (!document.documentElement.lang) problems.push('the page does not say its language');
  if (!/\S/.test(document.title)) problems.push('the page has no title');
  if (document.querySelectorAll('h1').length === 0) problems.push('the page has no h1');
  for (const image of document.querySelectorAll('img:not([alt])'))
    problems.push(`no alt: ${image.outerHTML.slice(0, 120)}`);
  return problems;
}

function beginWalk(): number {
  const { document } = globalThis as Any;
  const found = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const expected = found.filter(
    (element) =>
      !element.matches(':disabled') &&
      element.type !== 'hidden' &&
      element.tabIndex >= 0 &&
      element.checkVisibility({ visibilityProperty: true }) &&
      // Of a group of choices one is reached by Tab, the others by arrows.
      !(element.type === 'radio'),
  );
  (globalThis as Any).walk = { expected: new Set(expected), visited: new Set() };
  // Tab goes on from where the focus was last, even when it is taken away; so it is put before everything else.
  const start = document.createElement('span');
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  return expected.length;
}

function lookAtFocus(): { problem: string | null; isEnd: boolean } {
  const { document, walk, getComputedStyle, innerHeight } = globalThis as Any;
  const element = document.activeElement;
  if (!element || element === document.body || walk.visited.has(element)) return { problem: null, isEnd: true };
  walk.visited.add(element);
  walk.expected.delete(element);
  // A choice drawn by its label shows the focus there.
  const shown = [element, element.closest('label'), ...(element.labels ?? []), element.nextElementSibling].filter(
    Boolean,
  );
  const hasMark = shown.some((each: Any) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  });
  const { top, bottom } = (element.closest('label') ?? element).getBoundingClientRect();
  const name = element.outerHTML.slice(0, 100);
  if (!hasMark) return { problem: `focus is not seen: ${name}`, isEnd: false };
  if (bottom <= 0 || top >= innerHeight) return { problem: `focus is out of sight: ${name}`, isEnd: false };
  return { problem: null, isEnd: false };
}

function endWalk(): string[] {
  const { walk } = globalThis as Any;
  return [...walk.expected]
    .filter((element: Any) => element.isConnected)
    .map((element: Any) => `not reached by Tab: ${element.outerHTML.slice(0, 120)}`);
}
