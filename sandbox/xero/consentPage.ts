import { html, providerPage } from '../pages/layout.ts'
import type { Organisation, User } from './organisations.ts'

const SCOPE_WORDS: [prefix: string, words: string][] = [
  ['accounting.settings.read', 'View your organisation settings and bank accounts'],
  ['accounting.settings', 'View and manage your organisation settings and bank accounts'],
  ['offline_access', 'Keep access when you are not signed in'],
  ['openid', 'See who you are'],
]

/** The data of the consent page. `numbersFrom`: bank connections that lend a new organisation their numbers. */
export type ConsentView = {
  requestId: string
  scope: string
  user: User
  users: User[]
  organisations: Organisation[]
  connectedTenantIds: string[]
  mayConnect: boolean
  numbersFrom: { id: string; label: string }[]
  decideUrl: string
  switchUrl: string
  switchParameters: [name: string, value: string][]
  problem: string | null
}

/** Returns the page on which a person chooses an organisation and allows access, or cancels. */
export function consentPage(view: ConsentView): string {
  const wants = SCOPE_WORDS.filter(([scope]) => view.scope.split(' ').includes(scope)).map(([, words]) => words)
  return providerPage(
    'Allow access to your Xero organisation',
    html`<div class="card"><div class="brand"><svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="20" fill="#0b7fab"/>
    <path d="M13 14l6 6-6 6M27 14l-6 6 6 6" stroke="#fff" stroke-width="2.6" fill="none" stroke-linecap="round"/></svg><span>Xero</span></div>
    <h1>Embark wants access to your organisation</h1>
    ${view.problem ? html`<p class="note" role="alert">${view.problem}</p>` : null}
    <ul class="soft">${wants.map((words) => html`<li>${words}</li>`)}</ul>
    ${
      view.users.length > 1
        ? html`<form method="get" action="${view.switchUrl}" class="field">${view.switchParameters.map(
            ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
          )}<label for="as">Signed in as</label><div class="row" style="flex-wrap:nowrap"><select id="as" name="sandbox_user">${view.users.map(
            (user) =>
              html`<option value="${user.email}"${user.email === view.user.email ? { html: ' selected' } : null}>${user.email} (${user.role.replace('_', ' ')})</option>`,
          )}</select><button>Switch</button></div></form>`
        : html`<p class="small soft">Signed in as ${view.user.email}</p>`
    }
    <form method="post" action="${view.decideUrl}">
    <input type="hidden" name="request" value="${view.requestId}"><input type="hidden" name="user" value="${view.user.email}">
    ${
      view.mayConnect
        ? html`<fieldset><legend>Organisation</legend>${view.organisations.map(
            (organisation) =>
              html`<label class="choice"><input type="checkbox" name="organisation" value="${organisation.tenantId}">
              <span>${organisation.name}${view.connectedTenantIds.includes(organisation.tenantId) ? html`<small>connected already</small>` : null}</span></label>`,
          )}</fieldset>
          <div class="field"><label for="new">Or start a new organisation named</label><input id="new" type="text" name="new_organisation" maxlength="150" autocomplete="off"></div>
          ${
            view.numbersFrom.length > 0
              ? html`<div class="field"><label for="numbers">With the bank accounts of</label><select id="numbers" name="numbers_from">
                <option value="">the client of the same name</option>${view.numbersFrom.map(
                  (source) => html`<option value="${source.id}">${source.label}</option>`,
                )}<option value="none">nobody: invent them</option></select></div>`
              : null
          }
          <div class="stack"><button class="primary" name="action" value="approve">Allow access</button>`
        : html`<p class="note">The role ${view.user.role.replace('_', ' ')} may not connect apps. Ask an adviser or standard user.</p><div class="stack">`
    }<button name="action" value="cancel">Cancel</button></div>
    </form>
    <p class="small soft" style="margin-top:1rem">Allowing without any organisation is possible too: then the sign-in reaches none.</p></div>`,
  )
}

/** Returns the page that Xero shows, instead of a redirect, when the request itself is wrong. */
export function authoriseErrorPage(error: string, detail: string): string {
  return providerPage(
    'Sorry, something went wrong',
    html`<div class="card"><h1>Sorry, something went wrong</h1><p>Error: <strong>${error}</strong></p><p class="soft">${detail}</p></div>`,
  )
}
