import { createServer } from 'node:http'
import { openShared } from '../commands/configuration.ts'
import { restOf } from '../db/troubles.ts'
import { openApiProviders } from '../providers/configured.ts'
import { createOutbound } from '../providers/outbound.ts'
import { createOpenId } from '../providers/signOn/openid.ts'
import { createApp } from './app.ts'
import { readConfig, warningsOf } from './config.ts'
import { createIdentity } from './identity/identity.ts'
import { createFeed } from './live/feed.ts'
import { createLogger } from './log.ts'
import { createMetrics } from './metrics.ts'

/** The time in ms for requests in flight to end after a stop signal. */
const GRACE_MS = 10_000

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const logger = createLogger(config.logLevel)
  for (const warning of warningsOf(config)) logger.warn(warning)
  const { mailFor, ...shared } = openShared(config, logger)
  // Every mail that the api sends is one that somebody waits for.
  const { email } = mailFor('sign_in')
  const metrics = createMetrics(shared.commands.db)
  const { onSignalFailed } = shared.commands
  const commands = {
    ...shared.commands,
    onSignalFailed: (onboardingId: string, error: unknown) => {
      metrics.signalFailed()
      onSignalFailed(onboardingId, error)
    },
  }
  const { breach, register } = openApiProviders(config, restOf(commands.db, 'registry'))
  const outbound = createOutbound({ allow: config.outboundAllow })
  const identity = createIdentity({
    databaseUrl: config.authDatabaseUrl,
    secrets: config.authSecrets,
    db: commands.db,
    publicUrl: config.publicUrl,
    email,
    emailFrom: config.emailFrom,
    breach,
    sealer: shared.sealer,
    signOn: createOpenId(outbound),
    logger,
  })
  const { trustProxy, requestsPerMinute, checksAnswers, webRoot, usualBanks } = config
  const feed = createFeed(commands.db, logger)
  const app = createApp({
    ...shared,
    email,
    db: commands.db,
    commands,
    identity,
    outbound,
    feed,
    emailFrom: config.emailFrom,
    register,
    logger,
    metrics,
    metricsToken: config.metricsToken,
    trustProxy,
    requestsPerMinute,
    checksAnswers,
    webRoot,
    ...(usualBanks && { usualBanks }),
  })
  const server = createServer({ keepAliveTimeout: 65_000 }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, resolve)
  })
  logger.info({ host: config.host, port: config.port }, 'the api listens')

  const reason = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name))
  })
  logger.info({ reason }, 'the api stops')
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await feed.close()
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await closed
  clearTimeout(late)
  await identity.close().catch(() => {})
  await Promise.allSettled([commands.engine.close(), commands.db.close()])
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
// Connections that a provider holds open must not keep the process alive.
process.exit()
