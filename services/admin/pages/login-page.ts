import { type Html, html } from '@fairline/shared/html.ts';
import { document } from './document.ts';
import type { PageContext } from './view-context.ts';

/** The login form. `name` is what was typed; a password is never sent back. */
export function loginPage(context: PageContext, { name = '', problem }: { name?: string; problem?: string }): Html {
  const { texts } = context;
  const invalid = problem !== undefined;
  return document(context, {
    title: texts.login.title,
    bodyClass: 'login',
    body: html`<main id="content">
<p class="brand">Fairline</p>
<h1>${texts.login.title}</h1>
<p class="lead">${texts.login.lead}</p>
<form method="post" action="/system/login">
${invalid && html`<p class="problem" id="login-problem" role="alert">${problem}</p>`}
<label for="name">${texts.login.name}</label>
<input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required
  maxlength="64" ${invalid && html`aria-describedby="login-problem" aria-invalid="true"`} ${name === '' && html`autofocus`}>
<label for="password">${texts.login.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"
  ${invalid && html`aria-describedby="login-problem" aria-invalid="true"`} ${name !== '' && html`autofocus`}>
<button class="primary">${texts.login.submit}</button>
</form>
</main>`,
  });
}
