import { type Request, type Response, Router } from 'express'
import { html, providerPage } from '../pages/layout.ts'
import { formBody } from '../requests.ts'
import { BANKS, logo } from './banks.ts'
import { ACTIONS, type Action, type Connection, type Connections, isTerminal, LATER_ACTIONS } from './connections.ts'
import { hostedPage, pageOf } from './hostedPage.ts'

/** Plays app.truelayer.com: the page to which a person's browser is sent. Works without script. */
export function truelayerAppRouter(connections: Connections): Router {
  const router = Router()

  router.get('/logos/:name', (request, response) => {
    const bank = BANKS.find((candidate) => `${candidate.id}.svg` === request.params.name)
    if (!bank) return gone(response)
    response.type('image/svg+xml').set('Cache-Control', 'max-age=86400').send(logo(bank))
  })

  router.get('/connections/:opaque', (request, response) => {
    const connection = connections.byOpaque(String(request.params.opaque))
    if (!connection) return gone(response)
    response
      .set('Cache-Control', 'no-store')
      .send(hostedPage(connection, connections, { choosing: request.query.choose === '1' }))
  })

  router.post('/connections/:opaque/bank', (request, response) => {
    const connection = connections.byOpaque(String(request.params.opaque))
    if (!connection) return gone(response)
    connections.choose(connection, formBody(request).get('provider_id') ?? '')
    response.redirect(303, pageOf(connection))
  })

  router.post('/connections/:opaque/sign-in', (request, response) => {
    const connection = connections.byOpaque(String(request.params.opaque))
    if (!connection) return gone(response)
    connections.signIn(connection)
    response.redirect(303, pageOf(connection))
  })

  router.post('/connections/:opaque/decide', async (request, response) => {
    const connection = connections.byOpaque(String(request.params.opaque))
    if (!connection) return gone(response)
    await decide(connections, connection, request, response)
  })

  router.use((_request, response) => gone(response))
  return router
}

async function decide(
  connections: Connections,
  connection: Connection,
  request: Request,
  response: Response,
): Promise<void> {
  const form = formBody(request)
  const action = form.get('action') as Action
  if (!ACTIONS.includes(action) || LATER_ACTIONS.includes(action)) {
    return void response.status(400).send(hostedPage(connection, connections, { problem: 'Choose what to do.' }))
  }
  if (isTerminal(connection)) {
    return response.redirect(303, connection.returns ? returnAddress(connection) : pageOf(connection))
  }
  const picked = form.getAll('account')
  // `accounts_shown` means that the page had boxes: then none picked means none, not all.
  if (
    form.has('accounts_shown') &&
    picked.length === 0 &&
    action.startsWith('approve') &&
    action !== 'approve_no_accounts'
  ) {
    return void response
      .status(422)
      .send(hostedPage(connection, connections, { problem: 'Choose at least one account.' }))
  }
  const problem = await connections.act(connection, action, {
    providerId: form.get('provider_id'),
    accountIds: picked.length > 0 ? picked : null,
  })
  if (problem) {
    return void response.status(422).send(hostedPage(connection, connections, { problem }))
  }
  const after = connections.byId(connection.id) ?? connection
  response.redirect(303, after.returns ? returnAddress(after) : pageOf(after))
}

/** Returns the customer's return address with its own query kept, plus the provider's parameters. */
function returnAddress(connection: Connection): string {
  const url = new URL(connection.request.returnUri)
  url.searchParams.append('tl_session', connection.opaque.slice(0, 12))
  if (connection.status === 'failed') url.searchParams.append('tl_error', 'authorization_failed')
  return url.toString()
}

function gone(response: Response): void {
  response
    .status(404)
    .send(
      providerPage(
        'Page not found',
        html`<div class="card"><h1>This page does not exist</h1><p class="soft">The link may be incomplete. Go back to where you started and try again.</p></div>`,
      ),
    )
}
