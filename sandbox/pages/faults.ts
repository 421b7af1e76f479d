import { Router } from 'express'
import { FAULT_KINDS, FAULT_OPERATIONS, type Fault, type Provider } from '../faults.ts'
import { ofBooks } from '../ledgers/books.ts'
import { formBody } from '../requests.ts'
import type { World } from '../world.ts'
import { type Html, html, sandboxPage } from './layout.ts'

const NAMES: Record<Provider, string> = {
  resend: 'Resend (mail)',
  twilio: 'Twilio (texts)',
  truelayer: 'TrueLayer (banks)',
  plaid: 'Plaid (banks)',
  xero: 'Xero (books)',
  ...ofBooks(({ label }) => `${label} (books)`),
  pwned: 'Pwned Passwords (stolen passwords)',
  companiesHouse: 'Companies House (register)',
}

/** Serves the page with the fault switches. */
export function faultsRouter(world: World): Router {
  const router = Router()

  router.get('/faults', (_request, response) => {
    response.set('Cache-Control', 'no-store').send(faultsPage(world, null))
  })

  router.post('/faults', (request, response) => {
    const form = Object.fromEntries(formBody(request))
    const [provider, kind] = String(form.fault ?? '').split('/')
    const [, operation] = String(form.operation ?? '').split('/')
    const made = world.faults.add({ ...form, provider, kind, operation, times: form.times ? Number(form.times) : 1 })
    if ('problem' in made) return void response.status(422).send(faultsPage(world, made.problem))
    response.redirect(303, '/faults')
  })

  router.post('/faults/remove', (request, response) => {
    const id = formBody(request).get('id')
    if (id === 'all') world.faults.clear()
    else world.faults.remove(Number(id))
    response.redirect(303, '/faults')
  })
  return router
}

function faultsPage(world: World, problem: string | null): string {
  const faults = world.faults.list()
  return sandboxPage(
    'Faults',
    'faults',
    html`<section class="card"><h1>Faults in force</h1>
    ${faults.length === 0 ? html`<p class="soft">None: every provider behaves.</p>` : list(faults)}</section>
    <section class="card"><h2>Switch one on</h2>${problem ? html`<p class="note" role="alert">${problem}</p>` : null}
    <form method="post" action="/faults">
    <div class="filters"><div class="field"><label for="fault">What goes wrong</label><select id="fault" name="fault">${groups(FAULT_KINDS)}</select></div>
    <div class="field"><label for="operation">Only in (optional)</label><select id="operation" name="operation"><option value="">any operation</option>${groups(FAULT_OPERATIONS)}</select></div></div>
    <div class="filters"><div class="field slim"><label for="times">Times, -1 = always</label><input id="times" type="number" name="times" value="1" min="-1"></div>
    <div class="field"><label for="match">Only requests containing (optional)</label><input id="match" type="text" name="match" placeholder="an address, a number, an id" autocomplete="off"></div>
    <div class="field slim"><label for="delay">Delay, ms</label><input id="delay" type="number" name="delayMs" min="0"></div>
    <div class="field slim"><label for="retry">Retry-After, s</label><input id="retry" type="number" name="retryAfterSeconds" min="0"></div></div>
    <button class="primary">Switch on</button></form></section>`,
  )
}

function list(faults: Fault[]): Html {
  return html`<ul class="entries">${faults.map(
    (fault) => html`<li><div><strong>${NAMES[fault.provider]}: ${fault.kind.replaceAll('_', ' ')}</strong>
    <small>${fault.operation ?? 'any operation'}, ${fault.match === null ? 'any request' : `requests containing ${fault.match}`},
    ${fault.timesLeft === -1 ? 'always' : `${fault.timesLeft} more`}</small></div>
    <form method="post" action="/faults/remove"><button class="small" name="id" value="${fault.id}" aria-label="Remove ${fault.kind}">Remove</button></form></li>`,
  )}</ul>
  <form method="post" action="/faults/remove" style="margin-top:.75rem"><button name="id" value="all">Remove all</button></form>`
}

function groups(options: Record<Provider, string[]>): Html {
  return html`${(Object.keys(options) as Provider[]).map(
    (provider) =>
      html`<optgroup label="${NAMES[provider]}">${options[provider].map(
        (name) =>
          html`<option value="${provider}/${name}">${NAMES[provider].split(' ')[0]}: ${name.replaceAll('_', ' ')}</option>`,
      )}</optgroup>`,
  )}`
}
