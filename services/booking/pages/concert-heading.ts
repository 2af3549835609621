import { type Html, html } from '@fairline/shared/html.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { formatDate, formatTime, type Language } from './language.ts';
import { texts } from './texts.ts';

/** Date, time and hall of the concert, as a list of facts. */
export function renderConcertFacts(catalogue: Catalogue, language: Language): Html {
  const startsAtMs = Date.parse(catalogue.startsAt);
  const doors = formatTime(Date.parse(catalogue.doorsAt), catalogue.timeZone, language);
  return html`<p class="facts">
<time datetime="${catalogue.startsAt}">${formatDate(startsAtMs, catalogue.timeZone, language)} · <span class="whole">${formatTime(startsAtMs, catalogue.timeZone, language)}</span></time>
<span>${catalogue.hall[language]}</span>
<span class="quiet">${texts[language].doors(doors)}</span>
</p>`;
}
