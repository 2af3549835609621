import type { LiveSnapshot } from '../contract/overview.ts';
import type { SessionAnswer } from '../contract/session.ts';
import type { Format } from './assets/format.js';
import type { Assets } from './assets.ts';
import type { Language, Texts } from './texts/texts.ts';

export const viewNames = ['overview', 'instances', 'settings', 'visitor', 'blocks', 'audit', 'sale'] as const;
export type ViewName = (typeof viewNames)[number];

/** What every page needs to know of the request it answers. */
export type PageContext = { language: Language; texts: Texts; format: Format; assets: Assets; event: string };

/** The same for views, which are behind the login. */
export type ViewContext = PageContext & {
  operator: Pick<SessionAnswer, 'name' | 'role'>;
  csrfToken: string;
  canChange: boolean;
  /** undefined while Redis has not answered since the start. */
  snapshot: LiveSnapshot | undefined;
  /** What came of the last form, in words. */
  notice?: string | undefined;
  problem?: string | undefined;
};

export function viewPath(view: ViewName): string {
  return view === 'overview' ? '/system' : `/system/${view}`;
}
