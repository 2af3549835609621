/** Text that is safe to send as HTML. Only `html` and `raw` make one; data that merely looks like one is escaped. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What a template may hold. null, undefined and false leave nothing behind, so that `isOpen && html`…`` reads well. */
export type HtmlValue = Html | string | number | bigint | null | undefined | false | readonly HtmlValue[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe in element content and in quoted attribute values; not in scripts, styles, unquoted attributes or URL schemes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Template tag: every value is escaped, except nested `Html`; arrays are joined without a separator. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += renderValue(value) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

/** Marks text as HTML that needs no escaping. Only for text that no visitor or operator can influence. */
export function raw(text: string): Html {
  return new Html(text);
}

function renderValue(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(renderValue).join('');
  return escapeHtml(String(value));
}
