import { STYLE } from './style.ts'

/** HTML that is put into a page unescaped. */
export type Html = { html: string }

/** Builds HTML from a template; escapes every value except Html. Joins lists; null becomes empty. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  let text = parts[0] ?? ''
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '')
  return { html: text }
}

/** Returns a whole page of the sandbox itself, with its navigation. */
export function sandboxPage(title: string, current: 'inbox' | 'faults' | 'connections', content: Html): string {
  const link = (name: string, href: string, label: string) =>
    html`<a href="${href}"${current === name ? { html: ' aria-current="page"' } : null}>${label}</a>`
  return page(
    title,
    html`<header class="top"><strong>Sandbox</strong><nav class="row" aria-label="Pages">${link('inbox', '/', 'Inbox')}
    ${link('connections', '/connections', 'Connections')}${link('faults', '/faults', 'Faults')}</nav></header>
    <main class="wide">${content}</main>`,
  )
}

/** Returns a page that plays a provider's page: one narrow column. */
export function providerPage(title: string, content: Html): string {
  return page(
    title,
    html`<main class="narrow">${content}<p class="foot">Sandbox: this page only plays the real one. Nothing leaves this machine.</p></main>`,
  )
}

/** A way in which a visit can go wrong: its action, and how its button reads. */
export type Wrong<Action extends string = string> = [action: Action, label: string, effect: string]

/** Returns the buttons of a provider's page with which something goes wrong; `decideUrl` receives the action. */
export const wrongs = (decideUrl: string, ways: readonly Wrong[]): Html =>
  html`<details><summary>Make something go wrong</summary>
  <form method="post" action="${decideUrl}">${ways.map(
    ([action, label, effect]) =>
      html`<button class="bank" name="action" value="${action}"><span>${label}<small>${effect}</small></span></button>`,
  )}</form></details>`

function page(title: string, body: Html): string {
  return `<!doctype html>${
    html`<html lang="en-GB"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,"><style>${{ html: STYLE }}</style></head><body>${body}</body></html>`.html
  }`
}

function render(value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.map(render).join('')
  if (typeof value === 'object' && 'html' in value) return String(value.html)
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
