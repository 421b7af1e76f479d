import express, { type Request, type Response, Router } from 'express'
import { recordBankReport } from '../../commands/connections/banks/bankReport.ts'
import { recordReply } from '../../commands/invitations/recordReply.ts'
import { recordDelivery } from '../../messages/outbox/recordDelivery.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { Dependencies } from '../dependencies.ts'

const LARGEST_REPORT = '256kb'

/**
 * Serves the hooks for providers' reports about mails and texts, and for people's answers to texts; verifies the exact
 * bytes. A report that is repeated, concerns nothing of ours or is of an untracked kind gets a success, because a retry
 * would change nothing.
 */
export function hooksRouter(deps: Pick<Dependencies, 'commands' | 'email' | 'sms' | 'publicUrl' | 'logger'>): Router {
  const router = Router()
  const { commands, email, sms, publicUrl, logger } = deps
  const body = express.text({ type: () => true, limit: LARGEST_REPORT })

  router.post(`/hooks/${email.name}`, body, async (request, response) => {
    const read = await verified(response, () => email.readWebhook(headersOf(request), textOf(request)))
    if (read === 'refused') return
    if (read && 'unknownKind' in read) {
      logger.warn({ provider: email.name, kind: read.unknownKind }, 'a webhook of a kind that we do not know')
    } else if (read) {
      await recordDelivery(commands, email.name, read)
      if (read.trouble) logger.error({ provider: email.name, ...read.trouble }, 'a message provider has to be mended')
    }
    response.status(200).json({ received: true })
  })

  router.post(`/hooks/${sms.name}`, body, async (request, response) => {
    // The signature covers the address that was given to the provider.
    const url = `${publicUrl}${request.originalUrl}`
    const read = await verified(response, () =>
      sms.readHook({ url, headers: headersOf(request), body: textOf(request) }),
    )
    if (read === 'refused') return
    if (read && 'reply' in read) await recordReply(commands, sms.name, read)
    else if (read) {
      await recordDelivery(commands, sms.name, read)
      if (read.trouble) logger.error({ provider: sms.name, ...read.trouble }, 'a message provider has to be mended')
    }
    // A body would be sent as a text to the person; the provider has answered already.
    response.status(200).type('text/xml').send('<?xml version="1.0" encoding="UTF-8"?><Response/>')
  })
  return router
}

/**
 * Serves the hooks for bank providers' reports about sessions, in the same way. The body stays unparsed, because the
 * signature covers its bytes.
 */
export function bankHooksRouter({
  commands,
  banks,
  logger,
}: Pick<Dependencies, 'commands' | 'banks' | 'logger'>): Router {
  const router = Router()
  const bytes = express.raw({ type: () => true, limit: LARGEST_REPORT, inflate: false })
  for (const bank of banks.all) {
    router.post(`/hooks/${bank.name}`, bytes, async (request, response) => {
      const webhook = { path: request.path, headers: headersOf(request), body: bytesOf(request) }
      const report = await verified(response, async () => bank.readWebhook?.(webhook) ?? null)
      if (report === 'refused') return
      const reported = report ? await recordBankReport(commands, bank, report) : 'unknown'
      if (reported === 'forgotten') {
        const { externalId } = report ?? {}
        logger.warn({ externalId }, 'a bank was approved for a trip that has ended; it is forgotten')
      }
      response.status(200).json({ received: true })
    })
  }
  return router
}

/** Reads a report; answers 401 for a wrong signature, and 503 when the provider's keys cannot be read. */
async function verified<T>(response: Response, read: () => T | Promise<T>): Promise<T | 'refused'> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    const problem =
      error.kind === 'refused'
        ? { title: 'Unauthorized', status: 401, code: 'bad_signature' }
        : { title: 'Service Unavailable', status: 503, code: 'unavailable' }
    const body = JSON.stringify({ type: 'about:blank', ...problem })
    response.status(problem.status).type('application/problem+json').send(body)
    return 'refused'
  }
}

const bytesOf = (request: Request): Buffer => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
const textOf = (request: Request): string => (typeof request.body === 'string' ? request.body : '')

const headersOf = (request: Request): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
