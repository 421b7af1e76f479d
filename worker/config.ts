import { z } from 'zod'
import { readEnvironment, type SharedConfig, sharedVariables } from '../commands/configuration.ts'
import { PATIENCE, type Patience } from '../db/onboardings/reconcile.ts'

/** All that a worker is told. Times are in milliseconds, rates per second. */
export type WorkerConfig = SharedConfig & {
  mailPerSecond: number
  smsPerSecond: number
  /** Parked workflows kept in memory; an evicted one is read again when it wakes. */
  maxCachedWorkflows: number
  reconcile: ReconcileConfig
  /** How often abandoned drafts are looked for. */
  sweepEveryMs: number
  /** How often mails to colleagues, and their digests, are looked for. */
  staffMailsEveryMs: number
  digestsEveryMs: number
  /** Port of /metrics (the SDK's own among them), /healthz and /readyz; 0 serves none. */
  metricsPort: number
  /** For workers under Temporal's deployment versioning; null for none. */
  deployment: { deploymentName: string; buildId: string } | null
  /** A bundle built before; null builds one at the start. */
  bundlePath: string | null
}

/** Interval of the reconciler, and the time something must have been stale before it acts. */
export type ReconcileConfig = Patience & {
  everyMs: number
  /** Interval at which open rows are compared with the engine's running list, while there was no outage. */
  compareEveryMs: number
  /** A run whose workflow task failed so often in a row is started anew. */
  failedAttempts: number
  /** Of each kind, at once. */
  atMost: number
}

const schema = z.object({
  ...sharedVariables,
  MAIL_PER_SECOND: z.coerce.number().positive().default(2),
  SMS_PER_SECOND: z.coerce.number().positive().default(10),
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).default(1000),
  RECONCILE_SECONDS: z.coerce.number().min(1).default(60),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  WORKER_DEPLOYMENT_VERSION: z
    .string()
    .regex(/^[^.]+\..+$/, 'must read deployment.build')
    .optional(),
  WORKFLOW_BUNDLE: z.string().optional(),
})

/** Reads the environment. Throws one Error that names every problem. */
export function readConfig(environment: Record<string, string | undefined>): WorkerConfig {
  const { variables, shared } = readEnvironment('worker', schema, environment)
  const [deploymentName, buildId] = variables.WORKER_DEPLOYMENT_VERSION?.split(/\.(.*)/s) ?? []
  return {
    ...shared,
    mailPerSecond: variables.MAIL_PER_SECOND,
    smsPerSecond: variables.SMS_PER_SECOND,
    maxCachedWorkflows: variables.MAX_CACHED_WORKFLOWS,
    reconcile: {
      everyMs: variables.RECONCILE_SECONDS * 1000,
      compareEveryMs: 10 * 60_000,
      // The engine waits longer after each failure: these take about a minute and a half.
      failedAttempts: 7,
      atMost: 10_000,
      ...PATIENCE,
    },
    sweepEveryMs: 10 * 60_000,
    staffMailsEveryMs: 5_000,
    digestsEveryMs: 60_000,
    metricsPort: variables.METRICS_PORT,
    deployment: deploymentName && buildId ? { deploymentName, buildId } : null,
    bundlePath: variables.WORKFLOW_BUNDLE ?? null,
  }
}
