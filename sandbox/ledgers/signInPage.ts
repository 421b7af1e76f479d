import { randomBytes } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { html, providerPage } from '../pages/layout.ts'
import { formBody, requestText } from '../requests.ts'
import type { Connections } from '../truelayer/connections.ts'
import type { World } from '../world.ts'
import { type Book, inventedBookAccounts } from './book.ts'
import { BOOKS } from './books.ts'
import { isRegistered, lentNumbers, returnAddress } from './lent.ts'

const REQUEST_LIVES_MS = 3_600_000

/** One ledger's sign-in page. */
export type SignIn = {
  /** The path at which the router is mounted. */
  mount: string
  /** The parameters that the page must be given besides client, address, state and `response_type=code`. */
  parameters: Record<string, string>
  /** The parameters that the ledger does not know; one of them is an error. */
  unknown: string[]
  /** `one`: the person chooses one company; `all`: the sign-in reaches every company of the person. */
  reaches: 'one' | 'all'
  /** The faults that change the return. */
  faults: string[]
  /** Returns the address's fields on the way back. */
  back(
    choice: { companyId: string | null; email: string; redirectUri: string; challenge: string | null },
    fault: string | null,
  ): Record<string, string>
}

type AuthoriseRequest = { redirectUri: string; state: string | null; challenge: string | null }

/** Serves a ledger's sign-in page at `path`, and the decision on it at `{path}/decide`. */
export function signInRouter(
  world: World,
  book: Book,
  path: string,
  signIn: SignIn,
  bankConnections: Connections,
): Router {
  const router = Router()

  router.get(path, (request, response) => {
    const read = readAuthorise(world, book, request, signIn)
    if ('problem' in read) return void response.status(400).send(errorPage(book, read.problem))
    const id = randomBytes(18).toString('base64url')
    world.store.run('INSERT INTO book_requests VALUES (?, ?, ?)', id, JSON.stringify(read), world.now())
    response.set('Cache-Control', 'no-store')
    show(response, id, credentials.xero.demoUser, null)
  })

  router.post(`${path}/decide`, (request, response) => {
    const form = formBody(request)
    const id = form.get('request') ?? ''
    const row = world.store.row<{ body: string; created_at: number }>('SELECT * FROM book_requests WHERE id = ?', id)
    if (!row || world.now() - row.created_at >= REQUEST_LIVES_MS) {
      return void response.status(400).send(errorPage(book, 'This page is finished or too old. Start again.'))
    }
    const read = JSON.parse(row.body) as AuthoriseRequest
    if (form.get('action') === 'cancel') {
      world.store.run('DELETE FROM book_requests WHERE id = ?', id)
      return response.redirect(303, returnAddress(read, { error: 'access_denied' }))
    }
    const email = form.get('user') || credentials.xero.demoUser
    const wanted = form.getAll('organisation').filter(Boolean)
    const name = form.get('new_organisation')?.trim()
    const problem =
      form.get('action') !== 'approve'
        ? 'Choose what to do.'
        : wanted.some((one) => !book.company(one))
          ? 'There is no such company.'
          : signIn.reaches === 'one' && wanted.length + (name ? 1 : 0) !== 1
            ? 'Choose one company.'
            : null
    if (problem) {
      response.status(422)
      return show(response, id, email, problem)
    }
    const fault = world.faults.take(book.provider, ['consent'], signIn.faults, requestText(request))
    const back = world.store.transaction(() => {
      world.store.run('DELETE FROM book_requests WHERE id = ?', id)
      if (name) {
        const numbers = lentNumbers(bankConnections, form.get('numbers_from') ?? '', name)
        wanted.push(book.create(name, inventedBookAccounts(numbers)).id)
      }
      for (const one of wanted) book.join(email, one)
      const companyId = signIn.reaches === 'one' ? (wanted[0] ?? null) : null
      return signIn.back(
        { companyId, email, redirectUri: read.redirectUri, challenge: read.challenge },
        fault?.kind ?? null,
      )
    })
    response.redirect(303, returnAddress(read, back))
  })

  function show(response: Response, requestId: string, email: string, problem: string | null): void {
    response.send(signInPage(signIn, book, { requestId, email, problem, decideUrl: `${signIn.mount}${path}/decide` }))
  }
  return router
}

function readAuthorise(
  world: World,
  book: Book,
  request: Request,
  signIn: SignIn,
): AuthoriseRequest | { problem: string } {
  const query = new URLSearchParams(request.originalUrl.split('?')[1] ?? '')
  const redirectUri = query.get('redirect_uri') ?? ''
  if (query.get('client_id') !== BOOKS[book.provider].clientId) return { problem: 'The application is not known.' }
  if (!isRegistered(redirectUri, world.setup.get()[book.provider].redirectUris)) {
    return { problem: 'The redirect_uri is not registered.' }
  }
  if (query.get('response_type') !== 'code') return { problem: 'Only response_type=code is supported.' }
  for (const [name, value] of Object.entries(signIn.parameters)) {
    if (query.get(name) !== value) return { problem: `${name} must be ${value}.` }
  }
  const unknown = signIn.unknown.find((name) => query.has(name))
  if (unknown) return { problem: `${unknown} is not a parameter.` }
  const challenge = query.get('code_challenge')
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') return { problem: 'Only S256 is supported.' }
  return { redirectUri, state: query.get('state'), challenge }
}

function signInPage(
  { reaches }: SignIn,
  book: Book,
  view: { requestId: string; email: string; problem: string | null; decideUrl: string },
): string {
  const { label } = BOOKS[book.provider]
  const kind = reaches === 'one' ? 'radio' : 'checkbox'
  return providerPage(
    `Sign in to ${label}`,
    html`<div class="card"><div class="brand"><span>${label}</span></div><h1>Embark wants access to your company</h1>
    ${view.problem ? html`<p class="note" role="alert">${view.problem}</p>` : null}
    <form method="post" action="${view.decideUrl}"><input type="hidden" name="request" value="${view.requestId}">
    <div class="field"><label for="user">Signed in as</label><input id="user" type="text" name="user" value="${view.email}" autocomplete="off"></div>
    <fieldset><legend>${reaches === 'one' ? 'Company' : 'The sign-in reaches all your companies; join further ones'}</legend>${book
      .companies(view.email)
      .map(
        (company) =>
          html`<label class="choice"><input type="${kind}" name="organisation" value="${company.id}"> <span>${company.name}</span></label>`,
      )}</fieldset>
    <div class="field"><label for="new">Or start a new company named</label><input id="new" type="text" name="new_organisation" maxlength="150" autocomplete="off"></div>
    <div class="stack"><button class="primary" name="action" value="approve">Allow access</button><button name="action" value="cancel">Cancel</button></div>
    </form></div>`,
  )
}

/** Returns the page that a ledger shows, instead of a redirect, when the request itself is wrong. */
function errorPage(book: Book, problem: string): string {
  const { label } = BOOKS[book.provider]
  return providerPage(
    `${label}: something went wrong`,
    html`<div class="card"><h1>Something went wrong</h1><p>${problem}</p></div>`,
  )
}
