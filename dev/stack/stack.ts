import { fileURLToPath } from 'node:url'
import { migrate } from '../../db/migrate.ts'
import { openPool } from '../../db/pool.ts'
import { keptServers } from '../built/servers.ts'
import { keptWebApp } from '../built/webApp.ts'
import { keptWorkflowBundle } from '../built/workflowBundle.ts'
import { keepDemoClients } from '../demo/demoClients.ts'
import { setRolePasswords } from '../roles.ts'
import { registerWithSandbox } from '../sandboxSetup.ts'
import { type DemoPerson, demoStaff, seedDemo } from '../seed.ts'
import { type Addresses, addressesOf, environmentsOf } from './environment.ts'
import { type Home, openHome } from './home.ts'
import { demandFree } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { homeArgument, Roster, stopLeftovers } from './roster.ts'
import { startService } from './service.ts'
import { Supervisor } from './supervisor.ts'
import { startTemporal } from './temporal.ts'

const serviceNames = ['sandbox', 'worker', 'api'] as const

/** The name of one of our own processes. */
export type ServiceName = (typeof serviceNames)[number]

export type StackOptions = {
  /** The state folder, absolute. */
  folder: string
  /** Restarts a service when its source changes. */
  reload?: boolean
  /** The processes to start; all by default. */
  services?: readonly ServiceName[]
  /** Writes the demo practice's first clients, if it has none. */
  clients?: boolean
  /** Variables added to the environment of api and worker. */
  environment?: Record<string, string>
  /** Aborts the start. */
  signal?: AbortSignal
  /** Receives each step and each line worth showing, by the part it is about. */
  say: (part: string, line: string) => void
}

export type Stack = {
  addresses: Addresses
  /** The origin of the staff app: the api's, or the development server's. */
  webUrl: string
  apiKey: string
  staff: DemoPerson[]
  stop: () => Promise<void>
}

/**
 * Starts a whole Embark on this machine: database, engine, sandbox, worker and api, migrated and seeded, and keeps
 * every part running. Stops leftovers of an earlier start of the same folder first. When a part cannot start, stops
 * everything and throws.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { say, services = serviceNames } = options
  const home = await openHome(options.folder)
  const rosterFile = home.path('pids.json')
  const left = await stopLeftovers(rosterFile, home.folder, [...serviceNames, 'web'])
  if (left > 0) say('embark', `stopped ${left} ${left === 1 ? 'process' : 'processes'} an earlier start left behind`)
  const roster = new Roster(rosterFile)
  const note = (name: string, pid: number | null) => roster.note(name, pid)
  const supervisor = new Supervisor(say, note)
  options.signal?.addEventListener('abort', () => void supervisor.stop(), { once: true })

  const start = async (): Promise<Omit<Stack, 'stop'>> => {
    for (const name of ['sandbox', 'worker', 'api', ...(options.reload ? (['web'] as const) : [])] as const) {
      await demandFree(name, home.ports[name])
    }
    const bundles = services.includes('worker') && !options.reload
    const buildsWeb = services.includes('api') && !options.reload
    // Builds while the servers start; a failure is ignored here, because it recurs when the service starts.
    const bundled = options.reload ? null : keptServers().catch(() => undefined)
    const built = Promise.all([
      bundles && keptWorkflowBundle().catch(() => undefined),
      buildsWeb && keptWebApp().catch(() => undefined),
    ])
    const [database, temporal] = await Promise.all([
      supervisor.run({ name: 'postgres', start: () => startDatabase(home, say) }),
      supervisor.run({ name: 'temporal', start: () => startEngine(home, say) }),
    ])
    const addresses = addressesOf(home, database.url, temporal)
    const webUrl = options.reload ? `http://127.0.0.1:${home.ports.web}` : addresses.url
    const environments = environmentsOf(home, addresses)
    const extraOf = async (name: ServiceName): Promise<Record<string, string>> => {
      await bundled
      if (name === 'sandbox') return {}
      await built
      const made: Record<string, string> = {}
      if (bundles && name === 'worker') made.WORKFLOW_BUNDLE = await keptWorkflowBundle()
      if (buildsWeb && name === 'api') made.WEB_ROOT = await keptWebApp()
      return { ...made, ...options.environment }
    }
    const entry = (name: ServiceName, readyUrl: string) => ({
      name,
      start: async (signal: AbortSignal) => {
        return startService(
          {
            name,
            program: options.reload ? reloading(name) : ['dev/serve.ts', name],
            environment: { ...environments[name], ...(await extraOf(name)) },
            arguments: [homeArgument(home.folder)],
            readyUrl,
            logFile: home.path(`logs/${name}.log`),
            say: (line) => say(name, line),
          },
          (pid) => note(name, pid),
          signal,
        )
      },
    })
    await Promise.all([
      services.includes('sandbox') &&
        supervisor.run(entry('sandbox', `${addresses.sandboxUrl}/control/faults`)).then(async () => {
          await registerWithSandbox(addresses.sandboxUrl, addresses.url)
          say('sandbox', `ready at ${addresses.sandboxUrl}`)
        }),
      prepareDatabase(home, database.url, options),
    ])
    await Promise.all([
      services.includes('worker') &&
        supervisor.run(entry('worker', `${addresses.workerUrl}/readyz`)).then(() => say('worker', 'ready')),
      services.includes('api') &&
        supervisor
          .run(entry('api', `http://127.0.0.1:${home.ports.api}/readyz`))
          .then(() => say('api', `ready at ${addresses.url}`)),
      options.reload && supervisor.run(webServer(home, note, say)).then(() => say('web', `ready at ${webUrl}`)),
    ])
    return { addresses, webUrl, apiKey: home.secrets.demoKey, staff: demoStaff(home.secrets.staffPasswords) }
  }

  try {
    return { ...(await start()), stop: () => supervisor.stop() }
  } catch (problem) {
    await supervisor.stop()
    throw problem
  }
}

/** Returns the arguments that start a service from its sources and restart it when an imported file changes. */
const reloading = (name: ServiceName): string[] => [
  fileURLToPath(import.meta.resolve('tsx/cli')),
  'watch',
  '--clear-screen=false',
  `${name}/main.ts`,
]

/** The part that serves the staff app from its sources, for development; otherwise the api serves the built app. */
const webServer = (home: Home, note: (name: string, pid: number | null) => void, say: StackOptions['say']) => ({
  name: 'web',
  start: (signal: AbortSignal) =>
    startService(
      {
        name: 'web',
        program: ['--import', 'tsx', 'dev/webServer.ts'],
        environment: { WEB_PORT: String(home.ports.web), API_URL: `http://127.0.0.1:${home.ports.api}` },
        arguments: [homeArgument(home.folder)],
        readyUrl: `http://127.0.0.1:${home.ports.web}/`,
        logFile: home.path('logs/web.log'),
        say: (line) => say('web', line),
      },
      (pid) => note('web', pid),
      signal,
    ),
})

async function startDatabase(home: Home, say: StackOptions['say']) {
  const database = await startPostgres({
    databaseUrl: process.env.EMBARK_DATABASE_URL,
    dataDir: home.path('postgres'),
    port: home.ports.postgres,
    password: home.secrets.ownerPassword,
    log: (line) => say('postgres', line),
  })
  say('postgres', database.describe)
  return database
}

async function startEngine(home: Home, say: StackOptions['say']) {
  const temporal = await startTemporal({
    dbFile: home.path('temporal.db'),
    port: home.ports.temporal,
    uiPort: home.ports.temporalUi,
    log: (line) => say('temporal', line),
  })
  say('temporal', temporal.describe)
  return temporal
}

async function prepareDatabase(home: Home, ownerUrl: string, { say, clients }: StackOptions): Promise<void> {
  const applied = await migrate(ownerUrl)
  if (applied.length > 0) say('database', `migrated: ${applied.join(', ')}`)
  await setRolePasswords(ownerUrl, {
    embark_api: home.secrets.apiPassword,
    embark_worker: home.secrets.workerPassword,
    embark_auth: home.secrets.authPassword,
  })
  await seedDemo(ownerUrl, home.secrets.demoKey, home.secrets.staffPasswords, home.secrets.authSecrets)
  if (!clients) return
  const sql = openPool(ownerUrl, 1, 'embark demo')
  try {
    if (await keepDemoClients(sql, home.secrets.linkKeys)) say('database', 'the demo practice has its first clients')
  } finally {
    await sql.end()
  }
}
