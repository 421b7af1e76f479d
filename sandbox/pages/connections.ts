import { Router } from 'express'
import type { Book, BookGrant } from '../ledgers/book.ts'
import { BOOKS } from '../ledgers/books.ts'
import { institutionById } from '../plaid/institutions.ts'
import { LINK_ACTIONS, type Link, type LinkAction, type Links } from '../plaid/links.ts'
import { formBody } from '../requests.ts'
import { bankName } from '../truelayer/banks.ts'
import { ACTIONS, type Action, type Connection, type Connections, isTerminal } from '../truelayer/connections.ts'
import type { Connection as LedgerConnection, Organisations } from '../xero/organisations.ts'
import { type Html, html, sandboxPage } from './layout.ts'

const MOST_SHOWN = 100
const TONES: Record<string, string> = { authorized: 'good', failed: 'bad' }

/** Serves the page of bank and ledger connections, with actions that a bank or person can take outside Embark. */
export function connectionsPageRouter(
  connections: Connections,
  links: Links,
  organisations: Organisations,
  books: readonly Book[],
): Router {
  const router = Router()

  router.get('/connections', (_request, response) => {
    const banks = connections.list(MOST_SHOWN)
    const visits = links.list().slice(0, MOST_SHOWN)
    const organisationsShown = organisations.connections().slice(0, MOST_SHOWN)
    response.set('Cache-Control', 'no-store').send(
      sandboxPage(
        'Connections',
        'connections',
        html`<section class="card"><h1>Banks (TrueLayer)</h1>${
          banks.length === 0
            ? html`<p class="soft">No bank connection was started yet.</p>`
            : html`<ul class="entries">${banks.map(bankRow)}</ul>`
        }</section>
        <section class="card"><h1>Banks (Plaid)</h1>${
          visits.length === 0
            ? html`<p class="soft">No visit to a bank was started yet.</p>`
            : html`<ul class="entries">${visits.map(linkRow)}</ul>`
        }</section>
        <section class="card"><h1>Books (Xero)</h1>${
          organisationsShown.length === 0
            ? html`<p class="soft">No organisation is connected.</p>`
            : html`<ul class="entries">${organisationsShown.map(ledgerRow)}</ul>`
        }</section>
        ${books.map(bookCard)}`,
      ),
    )
  })

  router.post('/connections/bank', async (request, response) => {
    const form = formBody(request)
    const connection = connections.byId(form.get('id') ?? '')
    const action = form.get('action') as Action
    if (connection && ACTIONS.includes(action))
      await connections.act(connection, action, { providerId: 'ob-northgate' })
    response.redirect(303, '/connections')
  })

  router.post('/connections/link', async (request, response) => {
    const form = formBody(request)
    const link = links.byOpaque(form.get('link') ?? '')
    const action = form.get('action') as LinkAction
    if (link && LINK_ACTIONS.includes(action)) await links.act(link, action)
    response.redirect(303, '/connections')
  })

  router.post('/connections/books', (request, response) => {
    organisations.disconnect(formBody(request).get('id') ?? '')
    response.redirect(303, '/connections')
  })

  router.post('/connections/sign-in', (request, response) => {
    const form = formBody(request)
    const book = books.find(({ provider }) => provider === form.get('provider'))
    book?.end(form.get('email') ?? '', form.get('company') || null)
    response.redirect(303, '/connections')
  })
  return router
}

function bankRow(connection: Connection): Html {
  const actions: [Action, string][] = connection.revoked
    ? []
    : connection.status === 'authorized'
      ? [
          ['revoke', 'Revoke'],
          ['close_account', 'Close an account'],
          ['open_account', 'Open all accounts'],
        ]
      : isTerminal(connection)
        ? []
        : [
            ['approve', 'Approve'],
            ['refuse', 'Refuse'],
            ['expire', 'Expire'],
          ]
  const words = connection.revoked
    ? 'revoked'
    : connection.signatory
      ? 'second person'
      : connection.status.replace('_', ' ')
  return html`<li><div><strong>${connection.request.user.name}</strong><small>${bankName(connection.providerId)}, ${when(connection.createdAt)}</small></div>
  <div><span class="badge ${connection.revoked ? 'bad' : (TONES[connection.status] ?? 'wait')}">${words}</span>
  ${connection.failureReason ? html`<span class="soft small">${connection.failureReason}</span>` : null}</div>
  <div class="row">${isTerminal(connection) ? null : html`<a href="/truelayer/app/connections/${connection.opaque}">Open page</a>`}
  ${actions.length > 0 ? html`<form method="post" action="/connections/bank" class="row"><input type="hidden" name="id" value="${connection.id}">${actions.map(([action, label]) => html`<button class="small" name="action" value="${action}">${label}</button>`)}</form>` : null}</div></li>`
}

function linkRow({ opaque, institutionId, request, sessions, createdAt }: Link): Html {
  const last = sessions.at(-1)
  const words = last?.exit ? 'left' : last?.finishedAt ? 'approved' : last ? 'second person' : 'not begun'
  const tone = last?.exit ? 'bad' : last?.finishedAt ? 'good' : 'wait'
  return html`<li><div><strong>${request.clientName}</strong><small>${institutionById(institutionId)?.name ?? 'no bank chosen yet'}, ${when(createdAt)}</small></div>
  <span class="badge ${tone}">${words}</span>
  <div class="row">${tone === 'good' ? null : html`<a href="/plaid/link/${opaque}">Open page</a>`}
  ${last && tone === 'wait' ? html`<form method="post" action="/connections/link"><input type="hidden" name="link" value="${opaque}"><button class="small" name="action" value="approve">Approve</button></form>` : null}</div></li>`
}

function ledgerRow(connection: LedgerConnection): Html {
  return html`<li><div><strong>${connection.tenantName}</strong><small>by ${connection.email}, ${when(connection.updatedAt)}</small></div>
  <form method="post" action="/connections/books"><button class="small" name="id" value="${connection.id}">Disconnect in Xero</button></form></li>`
}

/** The sign-ins that stand at one ledger, each with a button that ends it there. */
function bookCard(book: Book): Html {
  const grants = book.grants().slice(0, MOST_SHOWN)
  return html`<section class="card"><h1>Books (${BOOKS[book.provider].label})</h1>${
    grants.length === 0
      ? html`<p class="soft">Nobody is signed in.</p>`
      : html`<ul class="entries">${grants.map((grant) => grantRow(book, grant))}</ul>`
  }</section>`
}

function grantRow(book: Book, { email, companyId, since }: BookGrant): Html {
  const reached = companyId === null ? book.companies(email) : [book.company(companyId)]
  const names = reached.map((company) => company?.name ?? 'a company that is gone').join(', ')
  return html`<li><div><strong>${names}</strong><small>by ${email}, ${when(since)}</small></div>
  <form method="post" action="/connections/sign-in"><input type="hidden" name="provider" value="${book.provider}"><input type="hidden" name="email" value="${email}"><input type="hidden" name="company" value="${companyId ?? ''}"><button class="small">End sign-in in ${BOOKS[book.provider].label}</button></form></li>`
}

function when(ms: number): string {
  return new Date(ms).toLocaleString('en-GB', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'short' })
}
