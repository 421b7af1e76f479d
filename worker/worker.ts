import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { Logger } from 'pino'
import { createActivities } from '../activities/createActivities.ts'
import { measureTroubles } from '../commands/measureTroubles.ts'
import { measureReconcileAge } from '../commands/reconcileAge.ts'
import { MAIL_QUEUE, QUEUE, SMS_QUEUE } from '../workflows/contract.ts'
import { bundleWorkflows } from './bundle.ts'
import { type Chores, startChores } from './chores.ts'
import type { WorkerConfig } from './config.ts'
import { createDependencies } from './dependencies.ts'
import { aroundActivity } from './interceptors.ts'
import { createLogger, installRuntime } from './log.ts'
import { createChoreMetrics, createRegistry, serveMetrics } from './metrics.ts'
import { watchVersion, withoutWorkBecause } from './version.ts'

export type RunningWorker = Chores & {
  /** Takes no more work, lets activities in progress finish (15 s at most), and closes everything. */
  stop(): Promise<void>
  /** Resolves after `stop`; rejects if the worker cannot continue and the process should end. */
  ended: Promise<void>
}

/** The time to wait for running activities before cancelling them, then before abandoning them. */
const SHUTDOWN = { shutdownGraceTime: '10s', shutdownForceTime: '15s' } as const

/**
 * Starts one worker: the workflow with its SQL steps, mails, texts, and the chores. Waits for a Temporal server that
 * does not answer yet, until `signal` aborts. Several may run in one process.
 */
export async function startWorker(config: WorkerConfig, signal?: AbortSignal): Promise<RunningWorker> {
  const logger = createLogger(config.logLevel)
  const { sdkMetrics } = await installRuntime(logger)
  const registry = createRegistry()
  const dependencies = createDependencies(config, logger, registry)
  const { db, engine } = dependencies.commands
  measureReconcileAge(registry, db, config.reconcile)
  measureTroubles(registry, db)

  let workers: Worker[] = []
  let server: Server | null = null
  let connection: NativeConnection | null = null
  const close = async () => {
    server?.closeAllConnections()
    server?.close()
    await Promise.allSettled([connection?.close(), engine.close()])
    await db.close()
  }
  const check = async () => {
    const states = workers.map((worker) => worker.getState())
    if (!connection || states.length === 0 || states.some((state) => state !== 'RUNNING')) {
      throw new Error('the worker is not running')
    }
    await Promise.all([db.sql`SELECT 1`, engine.check()])
    const reason = await withoutWorkBecause(connection, config.temporal.namespace, config.deployment)
    if (reason) throw new Error(reason)
  }
  try {
    if (config.metricsPort !== 0)
      server = await serveMetrics({ host: config.host, port: config.metricsPort }, registry, sdkMetrics, check)
    const [workflowBundle, connected] = await Promise.all([
      config.bundlePath ? { codePath: config.bundlePath } : bundleWorkflows().then((code) => ({ code })),
      connectPatiently(config, logger, signal),
    ])
    connection = connected
    workers = await createWorkers(config, connection, workflowBundle, createActivities(dependencies))
  } catch (error) {
    await close()
    throw error
  }

  const runs = workers.map((worker) => worker.run())
  const { stop: stopChores, ...chores } = startChores(dependencies, config, logger, createChoreMetrics(registry))
  logger.info({ namespace: config.temporal.namespace }, 'the worker runs')
  const watching = new AbortController()
  const watched = watchVersion(connection, config.temporal.namespace, config.deployment, logger, watching.signal)

  const shutDown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const finish = async () => {
    // If one worker fails, the others shut down too.
    for (const run of runs) run.catch(shutDown)
    const results = await Promise.allSettled(runs)
    watching.abort()
    await Promise.all([stopChores(), watched])
    await close()
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }
  const ended = finish()
  ended.catch(() => {})
  return {
    stop: async () => {
      logger.info('the worker stops')
      shutDown()
      await ended
    },
    ...chores,
    ended,
  }
}

async function connectPatiently(config: WorkerConfig, logger: Logger, signal?: AbortSignal): Promise<NativeConnection> {
  for (let tries = 0; ; tries++) {
    try {
      return await NativeConnection.connect(config.temporal.connection)
    } catch (error) {
      if (tries % 10 === 0) logger.warn({ error }, 'the Temporal server does not answer')
      await sleep(1_000, undefined, { signal })
    }
  }
}

type Bundle = NonNullable<WorkerOptions['workflowBundle']>

/**
 * The share of the mail provider's rate that the queue uses. It is below the share of the messages' turns, so that
 * messages wait here, where practices take turns, and colleagues' mails get a turn beside them (db/mailTurns.ts).
 */
const LET_OUT = 0.75

/** The build id of a worker without a version. 17 events of a run hold it; the SDK's default has 91 characters. */
const UNVERSIONED = 'unversioned'

type QueueSettings = Pick<
  WorkerConfig,
  'deployment' | 'maxCachedWorkflows' | 'databaseConnections' | 'mailPerSecond' | 'smsPerSecond'
> & { temporal: { namespace: string } }

/** Creates the workers of the three queues with our settings. They do not run yet. */
export async function createWorkers(
  config: QueueSettings,
  connection: NativeConnection,
  workflowBundle: Bundle,
  activities: ReturnType<typeof createActivities>,
): Promise<Worker[]> {
  const common = {
    connection,
    namespace: config.temporal.namespace,
    interceptors: { activity: [aroundActivity] },
    ...SHUTDOWN,
  }
  const versioned = config.deployment
    ? {
        workerDeploymentOptions: {
          version: config.deployment,
          useWorkerVersioning: true,
          // Older histories replay (test/replay), so runs of several months move to each new deployment.
          defaultVersioningBehavior: 'AUTO_UPGRADE',
        } as const,
      }
    : { buildId: UNVERSIONED }
  const { deliver, ...others } = activities
  return Promise.all([
    Worker.create({
      ...common,
      ...versioned,
      taskQueue: QUEUE,
      workflowBundle,
      activities: others,
      // With fewer pollers a burst of new workflows waits.
      maxConcurrentWorkflowTaskPolls: 40,
      nonStickyToStickyPollRatio: 0.5,
      // After a kill, other workers get its workflows sooner with a short timeout.
      stickyQueueScheduleToStartTimeout: '1s',
      maxCachedWorkflows: config.maxCachedWorkflows,
      maxConcurrentLocalActivityExecutions: config.databaseConnections * 2,
    }),
    Worker.create({
      ...common,
      ...versioned,
      taskQueue: MAIL_QUEUE,
      activities: { deliver },
      maxTaskQueueActivitiesPerSecond: config.mailPerSecond * LET_OUT,
    }),
    Worker.create({
      ...common,
      ...versioned,
      taskQueue: SMS_QUEUE,
      activities: { deliver },
      maxTaskQueueActivitiesPerSecond: config.smsPerSecond,
    }),
  ])
}
