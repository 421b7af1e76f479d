import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { Logger } from 'pino'
import { z } from 'zod'
import { openDatabase } from '../db/client.ts'
import { createMailTurns, type MailKind } from '../db/mailTurns.ts'
import { openProviders, providerConfigs, providerVariables } from '../providers/configured.ts'
import { createSealer } from '../providers/seal.ts'
import { text, webAddress } from '../providers/variables.ts'
import { connectEngine } from './engine.ts'
import { unsafeStart } from './unsafeStart.ts'

/** The greatest length of our public origin with which a link fits into a text beside the longest names. */
const LONGEST_ORIGIN = 52 - '/j/'.length - 22

export const keyRing = z
  .string()
  .transform((ring) =>
    ring.split(',').map((pair) => {
      const [id = '', base64 = ''] = pair.trim().split(/:(.*)/s)
      return { id, key: Buffer.from(base64, 'base64') }
    }),
  )
  .refine((ring) => ring.every(({ id, key }) => /^[A-Za-z0-9_-]{1,32}$/.test(id) && key.length === 32), {
    message: 'must read id:base64[,id:base64…] with keys of 32 bytes',
  })
  .refine((ring) => new Set(ring.map(({ id }) => id)).size === ring.length, { message: 'has an id twice' })

export const databaseAddress = z.url({ protocol: /^postgres(ql)?$/ })

/** The environment variables of both api and worker, besides TEMPORAL_*. */
export const sharedVariables = {
  DATABASE_URL: databaseAddress,
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).default(20),
  PUBLIC_URL: webAddress.refine((one) => one.length <= LONGEST_ORIGIN, {
    message: `must have at most ${LONGEST_ORIGIN} characters, so that links fit into texts`,
  }),
  LINK_KEYS: keyRing,
  SEAL_KEYS: keyRing,
  EMAIL_FROM: z
    .string()
    .regex(/^([^<>]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must be an address or Name <address>'),
  MAIL_PER_SECOND: z.coerce.number().positive().default(2),
  ...providerVariables,
  NODE_ENV: z.string().default('production'),
  HOST: text.default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
}

const sharedSchema = z.object(sharedVariables)
type SharedVariables = z.infer<typeof sharedSchema>

export type TemporalConfig = {
  namespace: string
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions']
}

/** The configuration that api and worker share. Times are in milliseconds. */
export type SharedConfig = ReturnType<typeof sharedOf> & { temporal: TemporalConfig }

/**
 * Reads a process's environment by its schema, and TEMPORAL_* with the files it names. Empty values count as missing.
 * Throws one Error that names every problem.
 */
export function readEnvironment<T extends SharedVariables>(
  process: string,
  schema: z.ZodType<T>,
  environment: Record<string, string | undefined>,
): { variables: T; shared: SharedConfig } {
  const given = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )
  const read = schema.safeParse(given)
  const temporal = readTemporal(given)
  const problems = new Set([
    ...(read.error?.issues ?? []).map(
      (issue) => `${issue.path.join('.')} ${wordsOf(issue.path, issue.message, given)}`,
    ),
    ...halvesOf(given),
    ...('problem' in temporal ? [temporal.problem] : []),
    ...unsafeStart(given),
  ])
  if (!read.success || 'problem' in temporal || problems.size > 0) {
    throw new Error(`The ${process} cannot start:\n${[...problems].map((problem) => `  ${problem}`).join('\n')}`)
  }
  return { variables: read.data, shared: { ...sharedOf(read.data), temporal } }
}

/** Returns the problem of every provider whose credentials are given by half. */
function halvesOf(given: Record<string, unknown>): string[] {
  return Object.keys(given).flatMap((name) => {
    const end = TOGETHER.find((one) => name.endsWith(one))
    if (end === undefined) return []
    const others = TOGETHER.map((one) => name.slice(0, -end.length) + one)
    return others.filter((one) => one in providerVariables && !(one in given)).map((one) => `${one} is missing`)
  })
}

/** The ends of the variables that a provider has all of, or none. */
const TOGETHER = ['_CLIENT_ID', '_CLIENT_SECRET', '_LEGAL_NAME', '_FRN']

function wordsOf(path: PropertyKey[], message: string, given: Record<string, unknown>): string {
  if (path.some((name) => !(String(name) in given))) return 'is missing'
  return message.startsWith('must') || message.startsWith('has') ? message : `is not right: ${message}`
}

function readTemporal(environment: Record<string, string>): TemporalConfig | { problem: string } {
  try {
    const { namespace, connectionOptions } = loadClientConnectConfig({ overrideEnvVars: environment })
    if (!connectionOptions.address) return { problem: 'TEMPORAL_ADDRESS is missing' }
    return { namespace: namespace ?? 'default', connection: connectionOptions }
  } catch (error) {
    return { problem: `TEMPORAL_*: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function sharedOf(env: SharedVariables) {
  return {
    databaseUrl: env.DATABASE_URL,
    databaseConnections: env.DATABASE_CONNECTIONS,
    /** Our public origin, without a trailing slash. */
    publicUrl: env.PUBLIC_URL,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    linkKeys: env.LINK_KEYS,
    sealKeys: env.SEAL_KEYS,
    emailFrom: env.EMAIL_FROM,
    mailPerSecond: env.MAIL_PER_SECOND,
    ...providerConfigs(env),
  }
}

/** Creates the database, engine, keys and providers of a configuration. Opens no connection yet. */
export function openShared(config: SharedConfig, logger: Logger) {
  const { address, tls, apiKey, metadata } = config.temporal.connection
  const db = openDatabase(config.databaseUrl, config.databaseConnections)
  const { createEmail, ...providers } = openProviders(config)
  const onNoTurn = (error: unknown) => logger.warn({ error }, 'a mail waits, since its turn could not be asked for')
  return {
    commands: {
      db,
      engine: connectEngine({
        namespace: config.temporal.namespace,
        ...(address && { address }),
        ...(tls !== undefined && { tls }),
        ...(apiKey && { apiKey }),
        ...(metadata && { metadata }),
      }),
      onSignalFailed: (onboardingId: string, error: unknown) =>
        logger.warn({ onboardingId, error }, 'the engine was not signalled; the reconciler will do it'),
    },
    linkKeys: config.linkKeys,
    sealer: createSealer(config.sealKeys),
    ...providers,
    /** Returns the mail provider for mails of a kind. `takeTurn`: takes a turn with what a mail is claimed in. */
    mailFor: (kind: MailKind) => {
      const { take, wait } = createMailTurns(db, config.mailPerSecond, kind, onNoTurn)
      return { email: createEmail(wait), takeTurn: take }
    },
    publicUrl: config.publicUrl,
  }
}
