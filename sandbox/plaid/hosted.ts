import { type Response, Router } from 'express'
import { type Html, html, providerPage, type Wrong, wrongs } from '../pages/layout.ts'
import { formBody } from '../requests.ts'
import { INSTITUTIONS, type Institution, institutionById } from './institutions.ts'
import { LINK_ACTIONS, type Link, type LinkAction, type Links } from './links.ts'

const LONGEST_NAME = 30

const WRONGS: Wrong<LinkAction>[] = [
  ['refuse', 'The bank refuses', 'ends with ACCESS_NOT_GRANTED'],
  ['bank_down', 'The bank is down', 'ends with INSTITUTION_DOWN'],
  ['approve_no_accounts', 'Approve, but there are no accounts', 'ends with NO_AUTH_ACCOUNTS'],
  ['approve_without_numbers', 'Approve, but one account has no number', 'it stands in no array of numbers'],
  ['approve_twice', 'Approve two sign-ins', 'the session has two results'],
  ['approve_later', 'Approve, but the bank takes its time', 'stays open for half a minute'],
  ['signatory', 'A second person has to approve', 'stays open until approved on the connections page'],
  [
    'approve_other_accounts',
    'Approve other accounts',
    'renewing: the last account is left out, and another one is shared',
  ],
  ['never_return', 'Approve, then close the window', 'finished, but nobody comes back'],
]

/** Plays Plaid's hosted page and the bank behind it. Works without script. */
export function plaidLinkRouter(links: Links): Router {
  const router = Router()

  router.get('/:opaque', (request, response) => {
    const link = links.byOpaque(request.params.opaque)
    if (!link) return gone(response)
    response.set('Cache-Control', 'no-store').send(page(links, link))
  })

  router.post('/:opaque/bank', (request, response) => {
    const link = links.byOpaque(request.params.opaque)
    if (!link) return gone(response)
    links.choose(link, formBody(request).get('institution_id') ?? '')
    response.redirect(303, address(link))
  })

  router.post('/:opaque/decide', async (request, response) => {
    const link = links.byOpaque(request.params.opaque)
    if (!link) return gone(response)
    const form = formBody(request)
    const action = form.get('action') as LinkAction
    if (!LINK_ACTIONS.includes(action)) return void response.status(400).send(page(links, link, 'Choose what to do.'))
    const problem = await links.act(link, action, form.get('institution_id'))
    if (problem) return void response.status(422).send(page(links, link, problem))
    const after = links.byOpaque(link.opaque) ?? link
    const isOver = after.sessions.at(-1)?.finishedAt !== null
    const { completionUri } = after.request
    // No parameters are added to the address.
    response.redirect(303, isOver && after.returns && completionUri ? completionUri : address(after))
  })

  router.use((_request, response) => gone(response))
  return router
}

function page(links: Links, link: Link, problem: string | null = null): string {
  const note = problem === null ? null : html`<p class="note" role="alert">${problem}</p>`
  const last = link.sessions.at(-1)
  if (last && last.finishedAt !== null && !last.exit) return message('Success', 'You can close this window.')
  if (!links.isOpen(link)) return message('This link has expired', 'Go back to where you started and try again.')
  const institution = institutionById(link.institutionId)
  if (!institution) return chooseBank(link, note)
  if (last && last.finishedAt === null)
    return message(
      'Waiting for your bank',
      html`The bank has not decided yet, or a <a href="/connections">second
    person has to approve</a>.`,
    )
  return approval(link, institution, note)
}

function chooseBank(link: Link, note: Html | null): string {
  return providerPage(
    'Select your institution',
    html`<div class="card"><h1>Select your institution</h1>${note}
    <form method="post" action="${address(link)}/bank">${INSTITUTIONS.map(
      ({ id, name }) => html`<button class="bank" name="institution_id" value="${id}"><span>${name}</span></button>`,
    )}</form>
    <form method="post" action="${address(link)}/decide"><button name="action" value="cancel">Exit</button></form></div>`,
  )
}

function approval(link: Link, { name }: Institution, note: Html | null): string {
  const { clientName, updates } = link.request
  const shown = clientName.length > LONGEST_NAME ? 'This Application' : clientName
  return providerPage(
    `Connect ${name}`,
    html`<div class="card"><h1>${shown} uses Plaid to connect ${name}</h1>${note}
    <p class="soft">${updates ? 'You renew what you share.' : 'You sign in with your bank and choose the accounts to share.'}
    Anything is accepted here.</p>
    <form method="post" action="${address(link)}/decide" class="stack">
    <button class="primary" name="action" value="approve">Approve at ${name}</button>
    <button name="action" value="cancel">Exit</button></form>
    ${wrongs(`${address(link)}/decide`, WRONGS)}</div>`,
  )
}

const message = (title: string, text: string | Html): string =>
  providerPage(title, html`<div class="card"><h1>${title}</h1><p class="soft">${text}</p></div>`)

const address = ({ opaque }: Link): string => `/plaid/link/${opaque}`

function gone(response: Response): void {
  response.status(404).send(message('Page not found', 'The link may be incomplete.'))
}
