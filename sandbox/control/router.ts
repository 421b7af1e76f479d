import { Router } from 'express'
import { credentials } from '../credentials.ts'
import { FAULT_KINDS } from '../faults.ts'
import type { Message } from '../messages.ts'
import { jsonBody, origin } from '../requests.ts'
import { ACTIONS, type Action, type Connection, type Connections } from '../truelayer/connections.ts'
import type { Forgery, Webhooks } from '../truelayer/webhooks.ts'
import { replyTo } from '../twilio/reply.ts'
import type { World } from '../world.ts'
import type { Organisations } from '../xero/organisations.ts'
import type { Tokens } from '../xero/tokens.ts'
import { readBody, refuse } from './answers.ts'
import { planReport } from './report.ts'
import { xeroControl } from './xero.ts'

const EVENTS = {
  email: [
    'sent',
    'delivered',
    'delivery_delayed',
    'bounced',
    'complained',
    'suppressed',
    'failed',
    'opened',
    'clicked',
  ],
  sms: ['sent', 'delivered', 'undelivered', 'failed'],
}

/** Serves JSON for scripts and tests: the messages sent, the data held, and the switches. */
export function controlRouter(
  world: World,
  connections: Connections,
  webhooks: Webhooks,
  organisations: Organisations,
  tokens: Tokens,
): Router {
  const router = Router()

  router.get('/messages', (request, response) => {
    const { to, channel, since, limit } = request.query as Record<string, string | undefined>
    const sinceMs = since === undefined ? undefined : /^\d+$/.test(since) ? Number(since) : Date.parse(since)
    if (sinceMs !== undefined && !Number.isFinite(sinceMs)) return refuse(response, 'since must be an ISO time or ms')
    const messages = world.messages.list({
      ...(to && { to: to.replace(/^ /, '+') }),
      ...(channel && { channel }),
      ...(sinceMs !== undefined && { since: sinceMs }),
      limit: Math.min(20_000, Math.max(1, Number(limit ?? 200) || 200)),
    })
    response.json({ messages: messages.map(controlMessage) })
  })

  router.get('/messages/:providerId', (request, response) => {
    const message = world.messages.byProviderId(request.params.providerId)
    if (!message) return refuse(response, 'no such message', 404)
    response.json({ ...controlMessage(message), events: world.deliveries.of(message.id) })
  })

  router.post('/messages/:providerId/report', async (request, response) => {
    const message = world.messages.byProviderId(request.params.providerId)
    if (!message) return refuse(response, 'no such message', 404)
    const body = readBody(request)
    const event = String(body.event)
    if (!EVENTS[message.channel].includes(event)) {
      return refuse(response, `event must be one of ${EVENTS[message.channel].join(', ')}`)
    }
    const status = await world.deliveries.attempt(planReport(world, message, event, body))
    response.json({ told: status !== null, status })
  })

  router.post('/setup', (request, response) => {
    const problems = world.setup.change(jsonBody(request))
    if (problems.length > 0) return refuse(response, problems.join('; '))
    response.json(world.setup.get())
  })

  router.get('/faults', (_request, response) => {
    response.json({ faults: world.faults.list(), kinds: FAULT_KINDS })
  })
  router.post('/faults', (request, response) => {
    const made = world.faults.add(readBody(request))
    if ('problem' in made) return refuse(response, made.problem)
    response.status(201).json(made)
  })
  router.delete('/faults', (_request, response) => {
    world.faults.clear()
    response.status(204).end()
  })
  router.delete('/faults/:id', (request, response) => {
    if (!world.faults.remove(Number(request.params.id))) return refuse(response, 'no such fault', 404)
    response.status(204).end()
  })

  router.post('/twilio/replies', async (request, response) => {
    const { number, body, sender = credentials.twilio.messagingServiceSid } = readBody(request)
    if (typeof number !== 'string' || typeof body !== 'string') return refuse(response, 'number and body are required')
    response.json({ status: await replyTo(world, number, String(sender), body) })
  })

  router.get('/truelayer/connections', (_request, response) => {
    response.json({ connections: connections.list(1_000).map((one) => controlConnection(connections, one)) })
  })
  router.post('/truelayer/connections/:id', async (request, response) => {
    const connection = connections.byId(request.params.id) ?? connections.byOpaque(request.params.id)
    if (!connection) return refuse(response, 'no such connection', 404)
    const body = readBody(request)
    const action = body.action as Action
    if (!ACTIONS.includes(action)) return refuse(response, `action must be one of ${ACTIONS.join(', ')}`)
    const problem = await connections.act(connection, action, {
      providerId: typeof body.provider_id === 'string' ? body.provider_id : 'ob-northgate',
      ...(typeof body.accounts === 'number' && { accountCount: body.accounts }),
      ...(Array.isArray(body.account) && { accountIds: body.account.map(String) }),
    })
    if (problem) return refuse(response, problem, 409)
    response.json(controlConnection(connections, connections.byId(connection.id) ?? connection))
  })

  // Signs a webhook that a test sends in TrueLayer's name.
  router.post('/truelayer/signatures', (request, response) => {
    const { url, body, forgery } = readBody(request)
    if (typeof url !== 'string' || typeof body !== 'string') return refuse(response, 'url and body are required')
    response.json(webhooks.signed(url, origin(request), body, (forgery ?? {}) as Forgery))
  })

  router.use('/xero', xeroControl(organisations, tokens))
  router.use((_request, response) => refuse(response, 'no such control', 404))
  return router
}

function controlMessage(message: Message): object {
  return {
    id: String(message.id),
    channel: message.channel,
    to: message.recipients.join(', '),
    from: message.sender,
    ...(message.subject !== null && { subject: message.subject }),
    ...(message.html !== null && { html: message.html }),
    text: message.text ?? '',
    ...(message.tags && { tags: message.tags }),
    ...(message.idempotencyKey !== null && { idempotencyKey: message.idempotencyKey }),
    ...(message.callbackUrl !== null && { callbackUrl: message.callbackUrl }),
    providerId: message.providerId,
    sentAt: new Date(message.sentAt).toISOString(),
    state: message.state,
    requests: message.requests,
    ...(message.errorCode !== null && { errorCode: message.errorCode }),
    ...(message.reason !== null && { reason: message.reason }),
  }
}

function controlConnection(connections: Connections, connection: Connection): object {
  const { opaque, request, accountIds, accountCount, createdAt, updatedAt, ...rest } = connection
  return {
    ...rest,
    hostedPath: `/truelayer/app/connections/${opaque}`,
    opaque,
    user: request.user,
    returnUri: request.returnUri,
    scopes: request.scopes,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    accounts: connection.providerId ? connections.accounts(connection) : [],
  }
}
