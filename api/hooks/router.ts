import express, { type Request, type Response, Router } from 'express'
import { recordDelivery } from '../../commands/invitations/recordDelivery.ts'
import { recordReply } from '../../commands/invitations/recordReply.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Dependencies } from '../dependencies.ts'

const LARGEST_REPORT = '256kb'

/**
 * Takes what providers report about mails and texts, and people's answers to texts, verified over the very bytes. A report
 * that was seen before, is about nothing of ours or of a kind we don't track is answered as taken: repeating it would change
 * nothing.
 */
export function hooksRouter(deps: Pick<Dependencies, 'commands' | 'email' | 'sms' | 'publicUrl' | 'logger'>): Router {
  const router = Router()
  const { commands, email, sms, publicUrl, logger } = deps
  const body = express.text({ type: () => true, limit: LARGEST_REPORT })

  router.post('/hooks/resend', body, async (request, response) => {
    const read = verified(response, () => email.readWebhook(headersOf(request), textOf(request)))
    if (read === 'refused') return
    if (read && 'unknownKind' in read) {
      logger.warn({ provider: email.name, kind: read.unknownKind }, 'a webhook of a kind that we do not know')
    } else if (read) {
      await recordDelivery(commands, email.name, read)
      if (read.trouble) logger.error({ provider: email.name, ...read.trouble }, 'a message provider has to be mended')
    }
    response.status(200).json({ received: true })
  })

  router.post('/hooks/twilio', body, async (request, response) => {
    // The signature is over the address as it was given to the provider.
    const url = `${publicUrl}${request.originalUrl}`
    const read = verified(response, () => sms.readHook({ url, headers: headersOf(request), body: textOf(request) }))
    if (read === 'refused') return
    if (read && 'reply' in read) await recordReply(commands, sms.name, read)
    else if (read) {
      await recordDelivery(commands, sms.name, read)
      if (read.trouble) logger.error({ provider: sms.name, ...read.trouble }, 'a message provider has to be mended')
    }
    // The answer to a person's text would be a text. The provider has answered already.
    response.status(200).type('text/xml').send('<?xml version="1.0" encoding="UTF-8"?><Response/>')
  })
  return router
}

function verified<T>(response: Response, read: () => T): T | 'refused' {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.kind !== 'refused') throw error
    const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'bad_signature' }
    response.status(401).type('application/problem+json').send(JSON.stringify(problem))
    return 'refused'
  }
}

const textOf = (request: Request): string => (typeof request.body === 'string' ? request.body : '')

const headersOf = (request: Request): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
