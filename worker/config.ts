import { z } from 'zod'
import { readEnvironment, type SharedConfig, sharedVariables } from '../commands/configuration.ts'

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
  /** Where /metrics, /healthz and /readyz are served; 0 serves none. */
  metricsPort: number
  /** Where the SDK's own core serves its metrics, as host:port; null serves none. */
  coreMetricsAddress: string | null
  /** For workers under Temporal's deployment versioning; null for none. */
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

const schema = z.object({
  ...sharedVariables,
  MAIL_PER_SECOND: z.coerce.number().positive().default(2),
  SMS_PER_SECOND: z.coerce.number().positive().default(10),
  MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).default(1000),
  RECONCILE_SECONDS: z.coerce.number().min(1).default(60),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  CORE_METRICS_ADDRESS: z
    .string()
    .regex(/^\S+:\d+$/, 'must read host:port')
    .optional(),
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
      notStartedAfterMs: 30_000,
      notToldAfterMs: 10_000,
      oversleptAfterMs: 5 * 60_000,
      atMost: 100,
    },
    sweepEveryMs: 10 * 60_000,
    staffMailsEveryMs: 5_000,
    digestsEveryMs: 60_000,
    metricsPort: variables.METRICS_PORT,
    coreMetricsAddress: variables.CORE_METRICS_ADDRESS ?? null,
    deployment: deploymentName && buildId ? { deploymentName, buildId } : null,
    bundlePath: variables.WORKFLOW_BUNDLE ?? null,
  }
}
