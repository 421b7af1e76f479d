import express, { type Request, type Response, Router } from 'express'
import { recordDelivery } from '../../commands/invitations/recordDelivery.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Dependencies } from '../dependencies.ts'

const LARGEST_REPORT = '256kb'

/**
 * What providers report about mails and texts, verified over the very bytes. A report that was seen before, is about
 * nothing of ours or of a kind we don't track is answered as taken: repeating it would change nothing.
 */
export function hooksRouter(deps: Dependencies): Router {
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
    const parameters = Object.fromEntries(new URLSearchParams(textOf(request)))
    // The signature is over the address as it was given to the provider.
    const url = `${publicUrl}${request.originalUrl}`
    const report = verified(response, () => sms.readCallback(request.get('x-twilio-signature'), url, parameters))
    if (report === 'refused') return
    if (report) await recordDelivery(commands, sms.name, report)
    response.status(200).json({ received: true })
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
