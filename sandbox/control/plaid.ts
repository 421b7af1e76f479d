import { Router } from 'express'
import { ITEM_ACTIONS, type ItemAction, type Items } from '../plaid/items.ts'
import { LINK_ACTIONS, type LinkAction, type Links } from '../plaid/links.ts'
import type { JwtForgery, PlaidWebhooks } from '../plaid/webhooks.ts'
import { readBody, refuse } from './answers.ts'

/** Serves control calls for Plaid's data: link tokens, Items, and webhooks that a test sends in Plaid's name. */
export function plaidControl(links: Links, items: Items, webhooks: PlaidWebhooks): Router {
  const router = Router()

  router.get('/connections', (_request, response) => {
    response.json({ links: links.list(), items: items.list() })
  })

  router.post('/links/:token', async (request, response) => {
    const link = links.byToken(request.params.token) ?? links.byOpaque(request.params.token)
    if (!link) return refuse(response, 'no such link token', 404)
    const { action, institution_id: institutionId = 'ins_117601' } = readBody(request)
    if (!LINK_ACTIONS.includes(action as LinkAction)) {
      return refuse(response, `action must be one of ${LINK_ACTIONS.join(', ')}`)
    }
    const problem = await links.act(link, action as LinkAction, String(institutionId))
    if (problem) return refuse(response, problem, 409)
    response.json(links.byToken(link.token))
  })

  router.post('/links/:token/age', (request, response) => {
    const link = links.byToken(request.params.token)
    const { byMs } = readBody(request)
    if (!link || typeof byMs !== 'number') return refuse(response, 'a link token and byMs are required')
    links.age(link, byMs)
    response.status(204).end()
  })

  router.post('/items/:id/age', (request, response) => {
    const item = items.byId(request.params.id)
    const { byMs } = readBody(request)
    if (!item || typeof byMs !== 'number') return refuse(response, 'an Item and byMs are required')
    items.age(item, byMs)
    response.status(204).end()
  })

  router.post('/items/:id', async (request, response) => {
    const item = items.byId(request.params.id)
    if (!item) return refuse(response, 'no such Item', 404)
    const { action } = readBody(request)
    if (!ITEM_ACTIONS.includes(action as ItemAction)) {
      return refuse(response, `action must be one of ${ITEM_ACTIONS.join(', ')}`)
    }
    const acted = items.act(item, action as ItemAction)
    if (acted.sends) {
      const { code, fields } = acted.sends
      const about = { webhook_type: 'ITEM', webhook_code: code, item_id: item.id, ...fields }
      await webhooks.tell(item.webhook, item.origin, about)
    }
    response.json(acted.item)
  })

  router.post('/signatures', (request, response) => {
    const { body, forgery } = readBody(request)
    if (typeof body !== 'string') return refuse(response, 'body is required')
    response.json(webhooks.signed(body, (forgery ?? {}) as JwtForgery))
  })
  return router
}
