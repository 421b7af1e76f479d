import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express'
import { companiesHouseRouter } from './companiesHouse/router.ts'
import { bookControl } from './control/books.ts'
import { plaidControl } from './control/plaid.ts'
import { controlRouter } from './control/router.ts'
import { Deliveries } from './deliveries.ts'
import { FaultBook } from './faults.ts'
import { freeagentRouter } from './freeagent/router.ts'
import { Book } from './ledgers/book.ts'
import { BOOK_NAMES, type BookName } from './ledgers/books.ts'
import { Messages } from './messages.ts'
import { connectionsPageRouter } from './pages/connections.ts'
import { faultsRouter } from './pages/faults.ts'
import { inboxRouter } from './pages/inbox.ts'
import { plaidApiRouter } from './plaid/api.ts'
import { plaidLinkRouter } from './plaid/hosted.ts'
import { Items } from './plaid/items.ts'
import { Links } from './plaid/links.ts'
import { PlaidWebhooks } from './plaid/webhooks.ts'
import { pwnedRouter } from './pwned/router.ts'
import { quickbooksRouter } from './quickbooks/router.ts'
import { Rates } from './rates.ts'
import { resendRouter } from './resend/router.ts'
import { sageRouter } from './sage/router.ts'
import { SetupBook } from './setup.ts'
import { Store } from './store.ts'
import { Timers } from './timers.ts'
import { truelayerApiRouter } from './truelayer/api.ts'
import { truelayerAuthRouter } from './truelayer/auth.ts'
import { Connections } from './truelayer/connections.ts'
import { truelayerAppRouter } from './truelayer/hosted.ts'
import { Webhooks } from './truelayer/webhooks.ts'
import { twilioRouter } from './twilio/router.ts'
import type { World } from './world.ts'
import { xeroApiRouter } from './xero/api.ts'
import { xeroIdentityRouter } from './xero/identity.ts'
import { xeroLoginRouter } from './xero/login.ts'
import { Organisations } from './xero/organisations.ts'
import { Codes, Tokens } from './xero/tokens.ts'

const BOOK_ROUTERS: Record<BookName, (world: World, book: Book, connections: Connections) => Router> = {
  quickbooks: quickbooksRouter,
  sage: sageRouter,
  freeagent: freeagentRouter,
}

const LARGEST_BODY = '60mb'

/**
 * Starts the sandbox on `host` (default 127.0.0.1). `port` 0 (the default) takes any free one; `data` is a database
 * file, by default `:memory:`; `now` replaces the clock (ms since 1970) in tests. Rejects when the port is taken or the
 * file is unusable.
 */
export async function startSandbox(
  options: { host?: string; port?: number; data?: string; now?: () => number } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const world = createWorld(new Store(options.data ?? ':memory:'), options.now ?? Date.now)
  const server = createServer({ keepAliveTimeout: 65_000 }, createApp(world))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  world.deliveries.start()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      world.timers.close()
      await world.deliveries.close()
      world.store.close()
    },
  }
}

function createWorld(store: Store, now: () => number): World {
  const messages = new Messages(store)
  return {
    now,
    store,
    setup: new SetupBook(store),
    faults: new FaultBook(store),
    rates: new Rates(now),
    messages,
    deliveries: new Deliveries(store, messages, now),
    timers: new Timers(),
  }
}

function createApp(world: World): Express {
  const webhooks = new Webhooks(world)
  const connections = new Connections(world, webhooks)
  const plaidWebhooks = new PlaidWebhooks(world)
  const items = new Items(world)
  const links = new Links(world, items, plaidWebhooks)
  const organisations = new Organisations(world)
  const tokens = new Tokens(world)
  const codes = new Codes(world)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(express.raw({ type: () => true, limit: LARGEST_BODY }))
  app.use('/resend', resendRouter(world))
  app.use('/twilio', twilioRouter(world))
  app.use('/truelayer/auth', truelayerAuthRouter(world))
  app.use('/truelayer/api', truelayerApiRouter(world, connections))
  app.use('/truelayer/app', truelayerAppRouter(connections))
  app.use('/truelayer/webhooks', webhooks.router())
  app.use('/plaid/api', plaidApiRouter(world, links, items, plaidWebhooks))
  app.use('/plaid/link', plaidLinkRouter(links))
  app.use('/xero/login', xeroLoginRouter(world, organisations, codes, connections))
  app.use('/xero/identity', xeroIdentityRouter(world, organisations, tokens, codes))
  app.use('/xero/api', xeroApiRouter(world, organisations, tokens))
  app.use('/pwned', pwnedRouter(world))
  app.use('/companies-house', companiesHouseRouter(world))
  app.use('/control/plaid', plaidControl(links, items, plaidWebhooks))
  const books = BOOK_NAMES.map((name) => new Book(world, name))
  for (const book of books) {
    app.use(`/${book.provider}`, BOOK_ROUTERS[book.provider](world, book, connections))
    app.use(`/control/${book.provider}`, bookControl(book))
  }
  app.use('/control', controlRouter(world, connections, webhooks, organisations, tokens))
  app.use(inboxRouter(world))
  app.use(faultsRouter(world))
  app.use(connectionsPageRouter(connections, links, organisations, books))
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('Nothing here.')
  })
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error)
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    response.status(500).json({ error: 'the sandbox itself failed' })
  })
  return app
}
