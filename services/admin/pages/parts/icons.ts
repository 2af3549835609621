import { type Html, raw } from '@fairline/shared/html.ts';
import type { ViewName } from '../view-context.ts';

const paths: Readonly<Record<ViewName, string>> = {
  overview: '<path d="M3 15l4-5 3 3 7-8"/><path d="M3 18h14"/>',
  instances:
    '<rect x="3" y="3" width="14" height="5" rx="1"/><rect x="3" y="12" width="14" height="5" rx="1"/><path d="M6 5.5h.01M6 14.5h.01"/>',
  settings: '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>',
  visitor: '<circle cx="10" cy="7" r="3.2"/><path d="M4 17c.6-3.2 3-5 6-5s5.4 1.8 6 5"/>',
  blocks: '<circle cx="10" cy="10" r="7"/><path d="M5.2 5.2l9.6 9.6"/>',
  audit: '<path d="M5 3h7l3 3v11H5z"/><path d="M8 9h4M8 13h4"/>',
  sale: '<path d="M10 3v9M6.5 8.5L10 12l3.5-3.5"/><path d="M3 14v3h14v-3"/>',
};

export function viewIcon(view: ViewName): Html {
  return raw(`<svg viewBox="0 0 20 20" aria-hidden="true">${paths[view]}</svg>`);
}
