import type { Operator } from '../operators/operators.ts';
import type { AssetUrls } from './assets.ts';
import type { Language, Texts } from './texts.ts';

/** What every page needs to know of the request it answers. */
export type PageContext = { language: Language; texts: Texts; assets: AssetUrls; event: string };

/** The same for pages behind the login. */
export type OperatorContext = PageContext & { operator: Operator; csrfToken: string; canChange: boolean };
