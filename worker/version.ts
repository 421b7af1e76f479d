import { setTimeout as sleep } from 'node:timers/promises'
import type { NativeConnection } from '@temporalio/worker'
import type { Logger } from 'pino'
import { QUEUE } from '../workflows/contract.ts'
import type { WorkerConfig } from './config.ts'

type Deployment = WorkerConfig['deployment']
type Connected = Pick<NativeConnection, 'workflowService' | 'withDeadline'>

/** The value of temporal.api.enums.v1.TaskQueueType for workflows. */
const OF_WORKFLOWS = 1
const CALL_TIMEOUT_MS = 5_000
const LOOKS_EVERY_MS = 15_000

export const nameOf = (version: { deploymentName?: string | null; buildId?: string | null } | null | undefined) =>
  version?.buildId ? `${version.deploymentName}.${version.buildId}` : null

/** Returns the current version of workers (null for workers without one), and the ramping one if it has a share. */
export async function readVersions(connection: Connected, namespace: string) {
  const { versioningInfo } = await connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: QUEUE },
      taskQueueType: OF_WORKFLOWS,
    }),
  )
  const share = versioningInfo?.rampingVersionPercentage ?? 0
  const current = nameOf(versioningInfo?.currentDeploymentVersion)
  return { current, ramping: share > 0 ? [nameOf(versioningInfo?.rampingDeploymentVersion)] : [] }
}

/** Returns why the engine gives workers of this version nothing to do, or null if it gives them work. */
export async function withoutWorkBecause(
  connection: Connected,
  namespace: string,
  deployment: Deployment,
): Promise<string | null> {
  const own = nameOf(deployment)
  const { current, ramping } = await readVersions(connection, namespace)
  if (own === current || ramping.includes(own)) return null
  const gets = current === null ? 'workers without a version get all work' : `version ${current} gets all work`
  return own === null
    ? `this worker has no version (WORKER_DEPLOYMENT_VERSION), and ${gets}`
    : `this worker's version ${own} is not the current one: ${gets}. Make it current with npm run worker:current`
}

/** Logs each time the engine starts or stops giving this worker work because of its version, until `signal` aborts. */
export async function watchVersion(
  connection: Connected,
  namespace: string,
  deployment: Deployment,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let known: string | null = null
  while (!signal.aborted) {
    // An engine that is away is reported elsewhere.
    const reason = await withoutWorkBecause(connection, namespace, deployment).catch(() => known)
    if (reason !== known && !signal.aborted) {
      if (reason === null) logger.info({ version: nameOf(deployment) }, 'the worker gets work: its version is current')
      else logger.warn({ version: nameOf(deployment) }, reason)
    }
    known = reason
    await sleep(LOOKS_EVERY_MS, undefined, { signal }).catch(() => {})
  }
}
