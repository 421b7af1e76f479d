import { Router } from 'express'
import type { Book } from '../ledgers/book.ts'
import { signInRouter } from '../ledgers/signInPage.ts'
import type { Connections } from '../truelayer/connections.ts'
import type { World } from '../world.ts'
import { quickbooksApiRouter } from './api.ts'
import { quickbooksIdentityRouter } from './identity.ts'

/** Plays QuickBooks Online: the sign-in, the tokens and the accounting API. */
export function quickbooksRouter(world: World, book: Book, bankConnections: Connections): Router {
  const router = Router()
  const signIn = {
    mount: '/quickbooks/login',
    parameters: { scope: 'com.intuit.quickbooks.accounting' },
    unknown: ['code_challenge', 'code_challenge_method'],
    reaches: 'one' as const,
    faults: ['no_realm'],
    back: (choice: { companyId: string | null; email: string; redirectUri: string }, fault: string | null) => ({
      code: book.newCode({ ...choice, since: world.now() }),
      ...(fault !== 'no_realm' && { realmId: choice.companyId ?? '' }),
    }),
  }
  router.use('/login', signInRouter(world, book, '/connect/oauth2', signIn, bankConnections))
  router.use('/identity', quickbooksIdentityRouter(world, book))
  router.use('/api', quickbooksApiRouter(world, book))
  return router
}
