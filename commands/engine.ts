import {
  Client,
  Connection,
  type ConnectionOptions,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import type { Living } from '../domain/connections/connectionLife.ts'
import type { Progress } from '../domain/progress.ts'
import {
  CONNECTION_CHANGED,
  CONNECTION_WORKFLOW,
  ONBOARDING_WORKFLOW,
  type OnboardingInput,
  QUEUE,
  type RunId,
  runOfWorkflowId,
  SITUATION_CHANGED,
  type SituationChangedArgs,
  workflowIdOf,
  workflowIdOfLiving,
} from '../workflows/contract.ts'

/** The time limit of a call to the engine; the reconciler repeats a signal that is lost. */
const CALL_TIMEOUT_MS = 5_000
/** The largest page that a server lists by default. */
const PAGE_SIZE = 1_000
/** The gRPC code of a query that the server does not understand. */
const INVALID_ARGUMENT = 3

type ListPage = Partial<Awaited<ReturnType<Connection['workflowService']['listWorkflowExecutions']>>>

/** The engine (the Temporal server) as commands use it. Every method throws while it is away. */
export type Engine = {
  /**
   * Starts a run from the row. With a progress it also signals, in case the run exists. `closed`: that run has ended
   * for good and the next number is needed. `reference`: the client reference for the engine's UI, null if not given
   * yet.
   */
  start(
    practiceId: string,
    onboardingId: string,
    run: number,
    progress: Progress | null,
    reference: string | null,
  ): Promise<'started' | 'closed'>
  /** Sends a run its new progress. `gone`: there is no such run, or it has ended. */
  signal(onboardingId: string, progress: Progress): Promise<'signalled' | 'gone'>
  /**
   * Makes the workflow of a connection or sign-in read its row. `start` starts it and leaves one that runs; `signal` also
   * signals that one; `anew` ends it before.
   */
  wake(living: Living, how: 'start' | 'signal' | 'anew'): Promise<void>
  /** Throws if the engine does not answer. */
  check(): Promise<void>
  /** Returns the id of the namespace. A changed id means that the engine lost its data. */
  identify(): Promise<string>
  /** Returns the state of a run from the engine's own record, which does not lag as listings do. */
  inspect(onboardingId: string, run: number): Promise<RunState>
  /** Yields the runs of a listing page by page. Listings lag by moments. */
  listRuns(listed: Listed): AsyncGenerator<RunId[]>
  /** Terminates one execution of a run, so that the run can start again. */
  terminate(onboardingId: string, run: number, executionId: string): Promise<void>
  /** Waits for the calls in progress, then closes the connection. */
  close(): Promise<void>
}

/**
 * `failedAttempts`: failures in a row of the present workflow task. `isBusy`: a task or activity is in progress, which
 * reads the newest facts itself.
 */
export type RunState = { is: 'gone' } | { is: 'running'; executionId: string; failedAttempts: number; isBusy: boolean }

/** `among`: the running ones of these. `failing`: their workflow task fails. `endedSince`: broken off since then. */
export type Listed = 'running' | 'failing' | { among: RunId[] } | { endedSince: Date }

const RUNNING = `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ExecutionStatus = 'Running'`

function queryOf(listed: Listed): string {
  if (listed === 'running') return RUNNING
  if (listed === 'failing') {
    // The server sets this after five failures in a row.
    return `${RUNNING} AND TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')`
  }
  if ('among' in listed) {
    const ids = listed.among.map(({ onboardingId, run }) => `'${workflowIdOf(onboardingId, run)}'`)
    return `${RUNNING} AND WorkflowId IN (${ids.join(', ')})`
  }
  const brokenOff = `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`
  return `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ${brokenOff} AND CloseTime > '${listed.endedSince.toISOString()}'`
}

/** Creates the engine's client. It connects on first use, so that nothing fails before while the engine is away. */
export function connectEngine(options: ConnectionOptions & { namespace: string }): Engine {
  const { namespace, ...connectionOptions } = options
  const connection = Connection.lazy(connectionOptions)
  const client = new Client({ connection, namespace })
  const underWay = new Set<Promise<unknown>>()
  const within = async <T>(call: () => Promise<T>): Promise<T> => {
    const calling = connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call)
    underWay.add(calling)
    try {
      return await calling
    } finally {
      underWay.delete(calling)
    }
  }
  return {
    start: async (practiceId, onboardingId, run, progress, reference) => {
      const input: OnboardingInput = { onboardingId, run, practiceId }
      const options = {
        workflowId: workflowIdOf(onboardingId, run),
        taskQueue: QUEUE,
        args: [input] as [OnboardingInput],
        // A terminated run may start again under its id; a running one is kept.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'USE_EXISTING',
        // A short timeout halves the recovery after a killed worker.
        workflowTaskTimeout: '2s',
        // Activities and later runs inherit the key: practices take turns in every queue (docs/decisions/engine.md).
        priority: { fairnessKey: practiceId },
        // The summary cannot change later. A new client has no reference yet; the run's details show it.
        staticSummary: reference ?? 'New client',
      } as const
      try {
        await within(async () => {
          if (progress === null) return client.workflow.start(ONBOARDING_WORKFLOW, options)
          const signal = { signal: SITUATION_CHANGED, signalArgs: [progress] as SituationChangedArgs }
          return client.workflow.signalWithStart(ONBOARDING_WORKFLOW, { ...options, ...signal })
        })
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'closed'
        throw error
      }
    },
    signal: async (onboardingId, progress) => {
      try {
        const handle = client.workflow.getHandle(workflowIdOf(onboardingId, progress.run))
        await within(() => handle.signal(SITUATION_CHANGED, progress))
        return 'signalled'
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone'
        throw error
      }
    },
    wake: async (living, how) => {
      const options = {
        workflowId: workflowIdOfLiving(living),
        taskQueue: QUEUE,
        args: [living] as [Living],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: how === 'anew' ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
        priority: { fairnessKey: living.practiceId },
        staticSummary: living.of === 'consent' ? 'Bank connection' : 'Ledger sign-in',
      } as const
      await within(
        (): Promise<unknown> =>
          how === 'signal'
            ? client.workflow.signalWithStart(CONNECTION_WORKFLOW, { ...options, signal: CONNECTION_CHANGED })
            : client.workflow.start(CONNECTION_WORKFLOW, options),
      )
    },
    check: async () => {
      await within(() => connection.workflowService.getSystemInfo({}))
    },
    identify: async () => {
      const { namespaceInfo } = await within(() => connection.workflowService.describeNamespace({ namespace }))
      return namespaceInfo?.id ?? ''
    },
    inspect: async (onboardingId, run) => {
      try {
        const handle = client.workflow.getHandle(workflowIdOf(onboardingId, run))
        const { closeTime, runId, status, raw } = await within(() => handle.describe())
        if (closeTime) return { is: 'gone' }
        const { pendingWorkflowTask, pendingActivities } = raw
        const failedAttempts = Math.max((pendingWorkflowTask?.attempt ?? 1) - 1, 0)
        // A paused run is left to the operator.
        const isBusy = Boolean(pendingWorkflowTask || pendingActivities?.length) || status.name !== 'RUNNING'
        return { is: 'running', executionId: runId, failedAttempts, isBusy }
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { is: 'gone' }
        throw error
      }
    },
    async *listRuns(listed) {
      const query = queryOf(listed)
      let nextPageToken: Uint8Array | null = null
      do {
        const page: ListPage = await within(() =>
          connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: PAGE_SIZE, nextPageToken }),
        ).catch((error) => {
          // Servers before 1.30 cannot list failing runs.
          if (listed === 'failing' && isGrpcServiceError(error) && error.code === INVALID_ARGUMENT) return {}
          throw error
        })
        yield (page.executions ?? []).flatMap(({ execution }) => runOfWorkflowId(execution?.workflowId ?? '') ?? [])
        nextPageToken = page.nextPageToken?.length ? page.nextPageToken : null
      } while (nextPageToken)
    },
    terminate: async (onboardingId, run, executionId) => {
      const handle = client.workflow.getHandle(workflowIdOf(onboardingId, run), executionId)
      await within(() => handle.terminate('its workflow task keeps failing; it starts anew from the row')).catch(
        (error) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        },
      )
    },
    close: async () => {
      // A call that is retried on a closed connection throws where nothing can catch it.
      await Promise.allSettled(underWay)
      await connection.close()
    },
  }
}
