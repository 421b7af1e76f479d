import { z } from 'zod'
import { readEnvironment, type SharedConfig, sharedVariables } from '../commands/configuration.ts'
import { PATIENCE, type Patience } from '../db/onboardings/reconcile.ts'

/** The configuration of a worker. Times are in milliseconds, rates per second. */
export type WorkerConfig = SharedConfig & {
  smsPerSecond: number
  /** The number of waiting workflows kept in memory; an evicted one is replayed when it wakes. */
  maxCachedWorkflows: number
  reconcile: ReconcileConfig
  /** The interval of the search for abandoned drafts. */
  sweepEveryMs: number
  /** The intervals of the search for due mails to colleagues, and for due digests. */
  staffMailsEveryMs: number
  digestsEveryMs: number
  /** The port of /metrics (with the SDK's own metrics), /healthz and /readyz; 0 serves none. */
  metricsPort: number
  /** The version under Temporal's deployment versioning; null for none. */
  deployment: { deploymentName: string; buildId: string } | null
  /** The path of a prebuilt bundle; null builds one at start. */
  bundlePath: string | null
}

/** The reconciler's interval, and how long something must be stale before it acts. */
export type ReconcileConfig = Patience & {
  everyMs: number
  /** The interval of comparing open rows with the engine's running list, without an outage. */
  compareEveryMs: number
  /** The failures in a row of a workflow task after which its run is started again. */
  failedAttempts: number
  /** The most stale onboardings per kind in one query. */
  atMost: number
}

const schema = z.object({
  ...sharedVariables,
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
    smsPerSecond: variables.SMS_PER_SECOND,
    maxCachedWorkflows: variables.MAX_CACHED_WORKFLOWS,
    reconcile: {
      everyMs: variables.RECONCILE_SECONDS * 1000,
      compareEveryMs: 10 * 60_000,
      // The engine waits longer after each failure; seven take about a minute and a half.
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
