import { type Html, html } from '@fairline/shared/html.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { renderConcertFacts } from './concert-heading.ts';
import { renderHallPlan } from './hall-plan.ts';
import { formatMoney } from './language.ts';
import { type PageContext, renderPage } from './layout.ts';
import { texts } from './texts.ts';

export type LandingInput = {
  catalogue: Catalogue;
  /** The visitor has just given a place back. */
  isGivenBack: boolean;
};

/** The page everyone may see: what is played, where, for how much, and the way in. */
export function renderLandingPage(context: PageContext, { catalogue, isGivenBack }: LandingInput): Html {
  const { language } = context;
  const words = texts[language].landing;
  const body = html`
${isGivenBack && html`<p class="notice" role="status">${words.givenBack}</p>`}
<section class="hero">
<div class="hero-words">
<p class="eyebrow">${words.onSale}</p>
<h1>${catalogue.title[language]}</h1>
<p class="performers">${catalogue.performers[language]}</p>
${renderConcertFacts(catalogue, language)}
<p class="actions"><a class="button" href="/ticketing">${words.getTickets}</a></p>
<p class="quiet"><a href="/order">${words.myOrder}</a></p>
</div>
${renderHallPlan({ rings: catalogue.sections.length, label: texts[language].ticketing.plan })}
</section>
<p class="programme">${catalogue.programme[language]}</p>
<div class="columns">
<section>
<h2>${words.prices}</h2>
<ul class="prices">
${catalogue.sections.map(
  (section) => html`<li><span><strong>${section.name[language]}</strong><small>${section.note[language]}</small></span>
<span class="price">${formatMoney(section.price, catalogue.currency, language)}</span></li>
`,
)}</ul>
</section>
<section>
<h2>${words.howItWorks}</h2>
<ol class="steps">
${words.steps.map(
  ([name, text]) => html`<li><strong>${name}</strong><span>${text}</span></li>
`,
)}</ol>
</section>
</div>`;
  return renderPage(context, { title: catalogue.title[language], body, isIndexed: true });
}
