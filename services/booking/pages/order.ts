import { type Html, html } from '@fairline/shared/html.ts';
import { type Catalogue, findSection } from '../catalogue/catalogue.ts';
import type { Order } from '../orders/order.ts';
import { renderConcertFacts } from './concert-heading.ts';
import { formatMoment, formatMoney } from './language.ts';
import { type PageContext, renderPage } from './layout.ts';
import { texts } from './texts.ts';

/** The confirmed order: the page people keep, show and print. */
export function renderOrderPage(
  context: PageContext,
  { order, catalogue }: { order: Order; catalogue: Catalogue },
): Html {
  const { language } = context;
  const words = texts[language].order;
  const section = findSection(catalogue, order.section)?.name[language] ?? order.section;
  const body = html`
<p class="eyebrow">${words.title}</p>
<h1>${words.thanks}</h1>
<article class="ticket">
<div class="ticket-main">
<p class="ticket-title">${catalogue.title[language]}</p>
<p>${catalogue.performers[language]}</p>
${renderConcertFacts(catalogue, language)}
<dl>
<div><dt>${words.seats}</dt><dd>${section} · ${texts[language].ticketCount(order.tickets)}</dd></div>
<div><dt>${words.total}</dt><dd>${formatMoney(order.total, order.currency, language)}</dd></div>
<div><dt>${words.orderedAt}</dt><dd><time datetime="${order.createdAt}">${formatMoment(Date.parse(order.createdAt), catalogue.timeZone, language)}</time></dd></div>
</dl>
</div>
<div class="ticket-stub">
<p class="stub-label">${words.number}</p>
<p class="order-id" data-order-id="${order.id}">${order.id}</p>
</div>
</article>
<p class="quiet">${words.keepIt}</p>
<p class="actions"><a href="/">${words.home}</a></p>`;
  return renderPage(context, { title: words.title, body });
}

/** For a visitor who asks for an order without having made one. */
export function renderNoOrderPage(context: PageContext): Html {
  const words = texts[context.language];
  const body = html`<section class="problem">
<h1>${words.order.none}</h1>
<p>${words.order.noneText}</p>
<p class="actions"><a class="button" href="/ticketing">${words.landing.getTickets}</a> <a class="button plain" href="/">${words.order.home}</a></p>
</section>`;
  return renderPage(context, { title: words.order.none, body });
}
