import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { Registry } from 'prom-client'
import type { Providers } from '../../commands/connections/sessionOwner.ts'
import type { Commands } from '../../commands/execute.ts'
import type { LinkKeys } from '../../commands/invitations/linkTokens.ts'
import { environmentsOf } from '../../dev/stack/environment.ts'
import { homeFolder, openHome } from '../../dev/stack/home.ts'
import { Roster } from '../../dev/stack/roster.ts'
import { type ServiceName, type Stack, startStack } from '../../dev/stack/stack.ts'
import { readConfig } from '../../worker/config.ts'
import { createDependencies } from '../../worker/dependencies.ts'
import { createLogger } from '../../worker/log.ts'

/** A rate that never delays a measurement: for the providers' limits and the queues. */
const UNLIMITED_PER_SECOND = 10_000

export const LIMITS_NOTE = `queue and sandbox limits raised together to ${UNLIMITED_PER_SECOND}/s`

/** An embedded stack of one measurement, with commands as the API issues them. */
export type Embedded = {
  stack: Stack
  /** The environment of its worker. */
  workerEnvironment: Record<string, string>
  /** Runs under the api's role, with the services' keys. */
  commands: Commands & { linkKeys: LinkKeys }
  providers: Providers
  /** Runs under the owner's role, for reading and for seeding. */
  owner: postgres.Sql
  engine: { client: Client; connection: Connection; address: string; namespace: string }
  practice: { id: string; notificationEmail: string }
  /** Calls the sandbox's control interface. */
  control: (method: string, path: string, body?: unknown) => Promise<unknown>
  /** Returns the pid of a part: postgres, temporal, sandbox, worker, api. Throws while it is down. */
  pidOf: (part: string) => number
  /** File in which the engine keeps its data. */
  engineFile: string
}

/**
 * Returns ports that no other program takes while a part is down: apart from those of other stacks (`npm start`, the
 * tests), and below those that the system gives to outgoing connections.
 */
function ownPorts() {
  const first = 10_000 + (process.pid % 2_000) * 10
  const names = ['api', 'sandbox', 'temporalUi', 'temporal', 'postgres', 'worker', 'web']
  return Object.fromEntries(names.map((name, place) => [name, first + place]))
}

/** Starts a whole stack in a folder of its own, runs `work`, and removes everything. */
export async function withStack<T>(
  options: {
    services: readonly ServiceName[]
    environment?: Record<string, string>
    /** Receives a line for each part that died or is back. */
    say?: (part: string, line: string) => void
  },
  work: (embedded: Embedded) => Promise<T>,
): Promise<T> {
  const folder = homeFolder(mkdtempSync(join(tmpdir(), 'embark-bench-')))
  // For PostgreSQL of root, which runs as another user: it would keep its data elsewhere, and leave it there.
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'ports.json'), JSON.stringify(ownPorts()))
  const limits = { MAIL_PER_SECOND: String(UNLIMITED_PER_SECOND), SMS_PER_SECOND: String(UNLIMITED_PER_SECOND) }
  const environment = { NODE_ENV: 'production', LOG_LEVEL: 'error', ...limits, ...options.environment }
  const stack = await startStack({
    folder,
    services: options.services,
    environment,
    say: options.say ?? (() => undefined),
  })
  const takeAway = async () => {
    await stack.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  const interrupt = () => void takeAway().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  const home = await openHome(folder)
  const { url, databases, temporal } = stack.addresses
  const workerEnvironment = { ...environmentsOf(home, stack.addresses).worker, ...environment }
  const config = readConfig({ ...workerEnvironment, DATABASE_URL: databases.api })
  const dependencies = createDependencies(config, createLogger('error'), new Registry())
  const { linkKeys, banks, ledgers, sealer } = dependencies
  const owner = postgres(databases.owner, { max: 5, onnotice: () => undefined })
  const address = temporal.TEMPORAL_ADDRESS ?? ''
  const namespace = temporal.TEMPORAL_NAMESPACE ?? 'default'
  const connection = await Connection.connect({ address })
  const control: Embedded['control'] = async (method, path, body) => {
    const response = await fetch(`${stack.addresses.sandboxUrl}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? null : response.json()
  }
  try {
    const perSecond = UNLIMITED_PER_SECOND
    const withApi = options.services.includes('api')
    await control('POST', '/setup', {
      resend: { perSecond, ...(!withApi && { webhookUrl: null }) },
      twilio: { perSecond },
      ...(!withApi && { truelayer: { webhookUrl: null } }),
    })
    const [practice] = await owner<Embedded['practice'][]>`
      SELECT id, notification_email AS "notificationEmail" FROM practice`
    if (!practice) throw new Error('the demo practice is missing')
    return await work({
      stack,
      workerEnvironment,
      commands: { ...dependencies.commands, linkKeys },
      providers: { banks, ledgers, sealer, publicUrl: url },
      owner,
      engine: { client: new Client({ connection, namespace }), connection, address, namespace },
      practice,
      control,
      pidOf: (part) => {
        const recorded = Roster.read(home.path('pids.json'))[part]
        if (!recorded) throw new Error(`${part} does not run`)
        return recorded.pid
      },
      engineFile: home.path('temporal.db'),
    })
  } finally {
    await Promise.allSettled([
      connection.close(),
      dependencies.commands.engine.close(),
      dependencies.commands.db.close(),
      owner.end({ timeout: 5 }),
    ])
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
    await takeAway()
  }
}
