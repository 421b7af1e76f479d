import { type Request, type Response, Router } from 'express'
import { gate } from '../gate.ts'
import type { Book, BookGrant } from '../ledgers/book.ts'
import { BOOKS } from '../ledgers/books.ts'
import { basicAuth, formBody, jsonBody, requestText, tokenOperations } from '../requests.ts'
import { isRecord } from '../setup.ts'
import type { World } from '../world.ts'
import { quickbooksShapes } from './fault.ts'

const ACCESS_LIVES_SECONDS = 3_600
/** 101 days, which each refresh begins anew, within five years of the consent. */
const REFRESH_LIVES_SECONDS = 8_726_400
const LONGEST_MS = 5 * 365 * 24 * 3_600_000
/** The time for which a replaced refresh token still works. */
const GRACE_MS = 24 * 3_600_000
const CODE_LIVES_MS = 10 * 60_000

/** Plays oauth.platform.intuit.com and the revocation of developer.api.intuit.com. */
export function quickbooksIdentityRouter(world: World, book: Book): Router {
  const router = Router()

  router.post(
    '/oauth2/v1/tokens/bearer',
    gate(world, 'quickbooks', tokenOperations, quickbooksShapes),
    (request, response) => {
      response.set('Cache-Control', 'no-store')
      if (!isOurs(request)) return void response.status(401).json({ error: 'invalid_client' })
      const form = formBody(request)
      const [, operation = ''] = tokenOperations(request)
      if (operation === '') return refuse(response, 'unsupported_grant_type')
      if (world.faults.take('quickbooks', ['token', operation], ['invalid_grant'], requestText(request))) {
        return refuse(response, 'invalid_grant')
      }
      const grant = book.exchange(operation, form, { codeMs: CODE_LIVES_MS, graceMs: GRACE_MS })
      if (!grant) return refuse(response, 'invalid_grant')
      const isShort =
        world.faults.take('quickbooks', ['token', operation], ['five_years'], requestText(request)) !== null
      response.json(world.store.transaction(() => issue(request, grant, operation === 'code', isShort)))
    },
  )

  router.post(
    '/v2/oauth2/tokens/revoke',
    gate(world, 'quickbooks', ['disconnect'], quickbooksShapes),
    (request, response) => {
      if (!isOurs(request)) return void response.status(401).json({ error: 'invalid_client' })
      const body = jsonBody(request)
      const grant = isRecord(body) && typeof body.token === 'string' ? book.grantOf(body.token) : null
      if (!grant) return refuse(response, 'invalid_request')
      book.end(grant.email, grant.companyId)
      response.status(200).end()
    },
  )

  function issue(request: Request, grant: BookGrant, isNew: boolean, isShort: boolean): object {
    // Another consent for the same company takes the place of the one before.
    if (isNew) book.end(grant.email, grant.companyId)
    const hardSeconds = isShort ? 20 * 24 * 3_600 : Math.floor((grant.since + LONGEST_MS - world.now()) / 1_000)
    const seconds = Math.min(REFRESH_LIVES_SECONDS, hardSeconds)
    return {
      token_type: 'bearer',
      access_token: book.newToken('access', grant, ACCESS_LIVES_SECONDS * 1_000),
      expires_in: ACCESS_LIVES_SECONDS,
      refresh_token: book.newToken('refresh', grant, seconds * 1_000),
      x_refresh_token_expires_in: seconds,
      ...(request.get('x-include-refresh-token-hard-expires-in') === 'true' && {
        x_refresh_token_hard_expires_in: hardSeconds,
      }),
    }
  }
  return router
}

function isOurs(request: Request): boolean {
  const basic = basicAuth(request)
  const { clientId, clientSecret } = BOOKS.quickbooks
  return basic?.name === clientId && basic.password === clientSecret
}

function refuse(response: Response, error: string): void {
  response.status(400).json({ error })
}
