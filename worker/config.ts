import { loadClientConnectConfig } from '@temporalio/envconfig'
import { z } from 'zod'
import type { LinkKeys } from '../commands/linkTokens.ts'
import type { TrueLayerConfig } from '../providers/bank/truelayer.ts'
import type { ResendConfig } from '../providers/email/resend.ts'
import type { XeroConfig } from '../providers/ledger/xero.ts'
import type { TwilioConfig } from '../providers/sms/twilio.ts'

/** All that a worker is told. Times are in milliseconds, rates per second. */
export type WorkerConfig = {
  databaseUrl: string
  databaseConnections: number
  temporal: { namespace: string; connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] }
  /** Our public origin, without a trailing slash. */
  publicUrl: string
  linkKeys: LinkKeys
  sealKeys: { id: string; key: Buffer }[]
  emailFrom: string
  resend: ResendConfig
  twilio: TwilioConfig
  truelayer: TrueLayerConfig
  xero: XeroConfig
  mailPerSecond: number
  smsPerSecond: number
  /** Parked workflows kept in memory; an evicted one is read again when it wakes. */
  maxCachedWorkflows: number
  reconcile: ReconcileConfig
  /** Where /metrics, /healthz and /readyz are served; port 0 serves none. */
  metrics: { host: string; port: number }
  /** Where the SDK's own core serves its metrics; null serves none. */
  coreMetricsAddress: string | null
  logLevel: string
  /** `deployment.build`, for workers under Temporal's deployment versioning; null for none. */
  deployment: { deploymentName: string; buildId: string } | null
  /** A bundle built before; null builds one at the start. */
  bundlePath: string | null
}

/** How often the reconciler looks, and how long something must have been amiss before it acts. */
export type ReconcileConfig = {
  everyMs: number
  notStartedAfterMs: number
  notToldAfterMs: number
  oversleptAfterMs: number
  atMost: number
}

/** The longest our public origin may be, so that a link fits into a text beside the longest names. */
const LONGEST_ORIGIN = 52 - '/j/'.length - 22

const sendTimeoutMs = 10_000
const text = z.string().min(1)
const url = z.url({ protocol: /^https?$/ }).transform((one) => one.replace(/\/+$/, ''))
const count = (least: number) => z.coerce.number().int().min(least)

const keyRing = z
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

const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_CONNECTIONS: count(2).default(20),
  PUBLIC_URL: url.refine((one) => one.length <= LONGEST_ORIGIN, {
    message: `must have at most ${LONGEST_ORIGIN} characters, so that links fit into texts`,
  }),
  LINK_KEYS: keyRing,
  SEAL_KEYS: keyRing,
  EMAIL_FROM: z
    .string()
    .regex(/^([^<>]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must be an address or Name <address>'),
  RESEND_API_KEY: text,
  RESEND_BASE_URL: url.default('https://api.resend.com'),
  RESEND_WEBHOOK_SECRET: text,
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC/, 'must start with AC'),
  TWILIO_AUTH_TOKEN: text,
  TWILIO_FROM: text,
  TWILIO_BASE_URL: url.default('https://api.twilio.com'),
  TRUELAYER_CLIENT_ID: text,
  TRUELAYER_CLIENT_SECRET: text,
  TRUELAYER_AUTH_URL: url.default('https://auth.truelayer.com'),
  TRUELAYER_API_URL: url.default('https://api.truelayer.com'),
  TRUELAYER_HOSTED_ORIGIN: url.default('https://app.truelayer.com'),
  TRUELAYER_LEGAL_NAME: text,
  TRUELAYER_FRN: text,
  XERO_CLIENT_ID: text,
  XERO_CLIENT_SECRET: text,
  XERO_LOGIN_URL: url.default('https://login.xero.com'),
  XERO_IDENTITY_URL: url.default('https://identity.xero.com'),
  XERO_API_URL: url.default('https://api.xero.com'),
  MAIL_PER_SECOND: z.coerce.number().positive().default(2),
  SMS_PER_SECOND: z.coerce.number().positive().default(10),
  MAX_CACHED_WORKFLOWS: count(0).default(1000),
  RECONCILE_SECONDS: z.coerce.number().min(1).default(60),
  HOST: text.default('127.0.0.1'),
  METRICS_PORT: count(0).max(65_535).default(0),
  CORE_METRICS_ADDRESS: z
    .string()
    .regex(/^\S+:\d+$/, 'must read host:port')
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  WORKER_DEPLOYMENT_VERSION: z
    .string()
    .regex(/^[^.]+\..+$/, 'must read deployment.build')
    .optional(),
  WORKFLOW_BUNDLE: text.optional(),
})

/** Reads the environment, TEMPORAL_* with its files included. Throws one Error that names every problem. */
export function readConfig(environment: Record<string, string | undefined>): WorkerConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const read = environmentSchema.safeParse(given)
  const temporal = readTemporal(given as Record<string, string>)
  const problems = [
    ...(read.error?.issues ?? []).map(
      (issue) => `${issue.path.join('.')} ${wordsOf(issue.path, issue.message, given)}`,
    ),
    ...('problem' in temporal ? [temporal.problem] : []),
  ]
  if (!read.success || 'problem' in temporal) {
    throw new Error(`The worker cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
  const env = read.data
  const [deploymentName, buildId] = env.WORKER_DEPLOYMENT_VERSION?.split(/\.(.*)/s) ?? []
  return {
    databaseUrl: env.DATABASE_URL,
    databaseConnections: env.DATABASE_CONNECTIONS,
    temporal,
    publicUrl: env.PUBLIC_URL,
    linkKeys: env.LINK_KEYS,
    sealKeys: env.SEAL_KEYS,
    emailFrom: env.EMAIL_FROM,
    resend: {
      apiKey: env.RESEND_API_KEY,
      baseUrl: env.RESEND_BASE_URL,
      webhookSecret: env.RESEND_WEBHOOK_SECRET,
      sendTimeoutMs,
    },
    twilio: {
      accountSid: env.TWILIO_ACCOUNT_SID,
      authToken: env.TWILIO_AUTH_TOKEN,
      from: env.TWILIO_FROM,
      baseUrl: env.TWILIO_BASE_URL,
      sendTimeoutMs,
    },
    truelayer: {
      clientId: env.TRUELAYER_CLIENT_ID,
      clientSecret: env.TRUELAYER_CLIENT_SECRET,
      authUrl: env.TRUELAYER_AUTH_URL,
      apiUrl: env.TRUELAYER_API_URL,
      hostedOrigin: env.TRUELAYER_HOSTED_ORIGIN,
      legalName: env.TRUELAYER_LEGAL_NAME,
      registrationNumber: env.TRUELAYER_FRN,
    },
    xero: {
      clientId: env.XERO_CLIENT_ID,
      clientSecret: env.XERO_CLIENT_SECRET,
      loginUrl: env.XERO_LOGIN_URL,
      identityUrl: env.XERO_IDENTITY_URL,
      apiUrl: env.XERO_API_URL,
    },
    mailPerSecond: env.MAIL_PER_SECOND,
    smsPerSecond: env.SMS_PER_SECOND,
    maxCachedWorkflows: env.MAX_CACHED_WORKFLOWS,
    reconcile: {
      everyMs: env.RECONCILE_SECONDS * 1000,
      notStartedAfterMs: 30_000,
      notToldAfterMs: 10_000,
      oversleptAfterMs: 5 * 60_000,
      atMost: 100,
    },
    metrics: { host: env.HOST, port: env.METRICS_PORT },
    coreMetricsAddress: env.CORE_METRICS_ADDRESS ?? null,
    logLevel: env.LOG_LEVEL,
    deployment: deploymentName && buildId ? { deploymentName, buildId } : null,
    bundlePath: env.WORKFLOW_BUNDLE ?? null,
  }
}

function wordsOf(path: PropertyKey[], message: string, given: Record<string, unknown>): string {
  if (path.some((name) => !(String(name) in given))) return 'is missing'
  return message.startsWith('must') || message.startsWith('has') ? message : `is not right: ${message}`
}

function readTemporal(environment: Record<string, string>): WorkerConfig['temporal'] | { problem: string } {
  try {
    const { namespace, connectionOptions } = loadClientConnectConfig({ overrideEnvVars: environment })
    if (!connectionOptions.address) return { problem: 'TEMPORAL_ADDRESS is missing' }
    return { namespace: namespace ?? 'default', connection: connectionOptions }
  } catch (error) {
    return { problem: `TEMPORAL_*: ${error instanceof Error ? error.message : String(error)}` }
  }
}
