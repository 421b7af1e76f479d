import { Router } from 'express'
import { planReport } from '../control/report.ts'
import type { DeliveryRow, EventDetail } from '../deliveries.ts'
import type { Message } from '../messages.ts'
import { formBody } from '../requests.ts'
import { replyTo } from '../twilio/reply.ts'
import type { World } from '../world.ts'
import { type Html, html, sandboxPage } from './layout.ts'
import { addressesIn, link, linked } from './linked.ts'

const PAGE_SIZE = 50
const REPORTS = {
  email: ['delivered', 'delivery_delayed', 'bounced', 'complained', 'suppressed', 'failed'],
  sms: ['delivered', 'undelivered', 'failed'],
}
const TONES: Record<string, string> = {
  delivered: 'good',
  sent: 'wait',
  queued: 'wait',
  accepted: 'wait',
  scheduled: 'wait',
  delivery_delayed: 'wait',
  opened: 'good',
  clicked: 'good',
}

/** Serves the inbox: all messages as they were sent, newest first. */
export function inboxRouter(world: World): Router {
  const router = Router()

  router.get('/', (request, response) => {
    const { to = '', channel = '', message = '', before } = request.query as Record<string, string | undefined>
    const filters = { to: to.trim(), channel }
    const listed = world.messages.list({
      ...(filters.to && { toContains: filters.to.replace(/^ ?(?=44)/, '') }),
      ...(channel && { channel }),
      ...(before && { before: Number(before) }),
      limit: PAGE_SIZE + 1,
    })
    const shown = listed.slice(0, PAGE_SIZE)
    const open = (message ? world.messages.byProviderId(message) : shown[0]) ?? null
    const addressOf = (extra: Record<string, string>) =>
      `/?${new URLSearchParams(withoutEmpty({ ...filters, ...extra }))}`
    const last = shown.at(-1)
    response.set('Cache-Control', 'no-store').send(
      sandboxPage(
        'Inbox',
        'inbox',
        html`${filterForm(filters, world.messages.count())}
        ${
          shown.length === 0
            ? html`<p class="card">${filters.to || channel ? 'Nothing was sent that fits this filter.' : 'Nothing was sent yet. Mails and texts appear here as soon as a provider accepts them.'}</p>`
            : html`<div class="mailbox${message ? ' reading' : ''}"><div>
              <ul class="card list">${shown.map((entry) => listEntry(entry, entry.id === open?.id, addressOf({ message: entry.providerId })))}</ul>
              ${listed.length > PAGE_SIZE && last ? html`<p><a href="${addressOf({ before: String(last.id) })}">Older messages</a></p>` : null}</div>
              ${open ? pane(world, open, addressOf({})) : null}</div>`
        }`,
      ),
    )
  })

  router.get('/messages/:providerId/html', (request, response) => {
    const message = world.messages.byProviderId(request.params.providerId)
    if (!message) return void response.status(404).type('text/plain').send('There is no such message.')
    response
      .set(
        'Content-Security-Policy',
        "default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src * data:; sandbox allow-popups allow-popups-to-escape-sandbox",
      )
      .type('html')
      .send(
        `<base target="_blank">${message.html ?? `<pre style="white-space:pre-wrap">${html`${message.text}`.html}</pre>`}`,
      )
  })

  router.post('/messages/:providerId/report', async (request, response) => {
    const message = world.messages.byProviderId(request.params.providerId)
    if (!message) return void response.status(404).type('text/plain').send('There is no such message.')
    const event = formBody(request).get('event') ?? ''
    if (event === 'STOP' || event === 'START') {
      await replyTo(
        world,
        message.recipients[0] ?? '',
        String(message.wire.messaging_service_sid ?? message.sender ?? ''),
        event,
      )
    }
    if (REPORTS[message.channel].includes(event)) {
      await world.deliveries.attempt(planReport(world, message, event, {}))
    }
    response.redirect(303, `/?message=${message.providerId}`)
  })
  return router
}

function filterForm(filters: { to: string; channel: string }, count: number): Html {
  const option = (value: string, label: string) =>
    html`<option value="${value}"${filters.channel === value ? { html: ' selected' } : null}>${label}</option>`
  return html`<form method="get" action="/" class="filters" role="search">
  <div><label for="to">Sent to</label><input id="to" type="search" name="to" value="${filters.to}" placeholder="address or number"></div>
  <div class="slim"><label for="channel">Kind</label><select id="channel" name="channel">${option('', 'All')}${option('email', 'Mail')}${option('sms', 'Text')}</select></div>
  <button>Filter</button><span class="soft small">${count.toLocaleString('en-GB')} sent in all</span></form>`
}

function listEntry(message: Message, isOpen: boolean, address: string): Html {
  return html`<li><a href="${address}"${isOpen ? { html: ' aria-current="true"' } : null}>
  <span class="line"><strong>${message.recipients.join(', ')}</strong>${time(message.sentAt)}</span>
  <span class="line"><span>${message.subject ?? message.text ?? ''}</span>${badge(message.state)}</span>
  <span class="soft small">${message.channel === 'email' ? 'Mail' : 'Text'} from ${senderName(message)}</span></a></li>`
}

function pane(world: World, message: Message, backAddress: string): Html {
  const links = message.html ? addressesIn(message.html) : []
  return html`<article class="card pane"><p class="back"><a href="${backAddress}">Back to the list</a></p>
  <h1>${message.subject ?? `Text to ${message.recipients[0]}`}</h1>
  <dl><dt>From</dt><dd>${message.sender}</dd><dt>To</dt><dd>${message.recipients.join(', ')}</dd>
  <dt>Sent</dt><dd>${new Date(message.sentAt).toLocaleString('en-GB', { timeZone: 'Europe/London' })}</dd>
  <dt>State</dt><dd>${badge(message.state)} ${message.reason}</dd></dl>
  ${
    message.channel === 'email'
      ? html`<iframe title="The mail as it was sent" src="/messages/${message.providerId}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
        ${links.length > 0 ? html`<details open><summary>Links in this mail</summary><ul class="small">${links.map((address) => html`<li class="mono">${link(address)}</li>`)}</ul></details>` : null}
        <details><summary>Plain text</summary><div class="small" style="white-space:pre-wrap;overflow-wrap:anywhere">${linked(message.text ?? 'None was sent.')}</div></details>`
      : html`<p class="sms">${linked(message.text ?? '')}</p>`
  }
  <details><summary>On the wire</summary><dl class="small"><dt>Provider id</dt><dd class="mono">${message.providerId}</dd>
  <dt>Key</dt><dd class="mono">${message.idempotencyKey ?? 'none'}</dd><dt>Requests</dt><dd>${message.requests}</dd>
  <dt>Tags</dt><dd class="mono">${message.tags?.map((tag) => `${tag.name}=${tag.value}`).join(' ') ?? 'none'}</dd>
  ${message.callbackUrl ? html`<dt>Callback</dt><dd class="mono">${message.callbackUrl}</dd>` : null}</dl>
  <div class="scroll"><table class="small"><thead><tr><th>Event</th><th>When</th><th>Told</th></tr></thead>
  <tbody>${world.deliveries.of(message.id).map(eventRow)}</tbody></table></div></details>
  <details><summary>Report something else</summary><form method="post" action="/messages/${message.providerId}/report" class="row">${REPORTS[
    message.channel
  ].map((event) => html`<button class="small" name="event" value="${event}">${event.replace('_', ' ')}</button>`)}
  ${message.channel === 'sms' ? html`<button class="small" name="event" value="STOP">Reply STOP</button><button class="small" name="event" value="START">Reply START</button>` : null}</form></details>
  </article>`
}

function eventRow(row: DeliveryRow): Html {
  const detail = JSON.parse(row.detail) as EventDetail
  return html`<tr><td>${row.event.replace('_', ' ')}</td><td>${time(detail.at)}</td>
  <td>${row.answer ?? 'planned'}${row.attempts > 1 ? ` (${row.attempts} attempts)` : ''}${row.state === 'waiting' && row.attempts > 0 ? ', will try again' : ''}</td></tr>`
}

function senderName(message: Message): string {
  return (message.sender ?? '').replace(/\s*<[^<>]*>$/, '')
}

function badge(state: string): Html {
  return html`<span class="badge ${TONES[state] ?? 'bad'}">${state.replace('_', ' ')}</span>`
}

function time(ms: number): Html {
  const date = new Date(ms)
  return html`<time class="soft small" datetime="${date.toISOString()}">${date.toLocaleTimeString('en-GB', { timeZone: 'Europe/London' })}</time>`
}

function withoutEmpty(parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
}
