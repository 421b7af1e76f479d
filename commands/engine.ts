import {
  Client,
  Connection,
  type ConnectionOptions,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import type { Progress } from '../domain/progress.ts'
import {
  ONBOARDING_WORKFLOW,
  type OnboardingInput,
  QUEUE,
  type RunId,
  runOfWorkflowId,
  SITUATION_CHANGED,
  type SituationChangedArgs,
  workflowIdOf,
} from '../workflows/contract.ts'

/** A call that the engine does not answer in this time is given up; the reconciler says it again. */
const CALL_TIMEOUT_MS = 5_000
/** The most that a server lists at once by default. */
const PAGE_SIZE = 1_000
/** gRPC's code of a query that the server does not understand. */
const INVALID_ARGUMENT = 3

type ListPage = Partial<Awaited<ReturnType<Connection['workflowService']['listWorkflowExecutions']>>>

/** The Temporal server as the commands see it. Every method throws when the engine is away. */
export type Engine = {
  /**
   * Starts a run from the row. With a progress it is signalled as well, in case the run is there already.
   * `closed`: that run has ended for good, so the next number is needed. `reference`: the client's, as far as it is given:
   * the engine's UI shows it.
   */
  start(
    practiceId: string,
    onboardingId: string,
    run: number,
    progress: Progress | null,
    reference: string | null,
  ): Promise<'started' | 'closed'>
  /** Signals a run its new progress. `gone`: there is no such run, or it has ended. */
  signal(onboardingId: string, progress: Progress): Promise<'told' | 'gone'>
  /** Whether the engine answers at all. */
  check(): Promise<void>
  /** Returns the id of the namespace; another one than before means that the engine lost its data. */
  identify(): Promise<string>
  /** Returns how the run stands by the engine's own record, which no listing lags behind. */
  inspect(onboardingId: string, run: number): Promise<RunState>
  /** Yields the runs of a listing page by page. It lags behind the engine by moments. */
  listRuns(listed: Listed): AsyncGenerator<RunId[]>
  /** Ends one execution of a run, so that the run can be started anew. */
  terminate(onboardingId: string, run: number, executionId: string): Promise<void>
  /** Waits for the calls under way, which end by themselves. */
  close(): Promise<void>
}

/**
 * `failedAttempts`: how often the present workflow task has failed in a row. `isBusy`: it has a task or an activity in
 * hand, so it learns the newest facts by itself.
 */
export type RunState = { is: 'gone' } | { is: 'running'; executionId: string; failedAttempts: number; isBusy: boolean }

/** `among`: running ones of these. `failing`: those whose workflow task keeps failing. `endedSince`: broken off since then. */
export type Listed = 'running' | 'failing' | { among: RunId[] } | { endedSince: Date }

const RUNNING = `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ExecutionStatus = 'Running'`

function queryOf(listed: Listed): string {
  if (listed === 'running') return RUNNING
  if (listed === 'failing') {
    // Set by the server itself after five failures in a row.
    return `${RUNNING} AND TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')`
  }
  if ('among' in listed) {
    const ids = listed.among.map(({ onboardingId, run }) => `'${workflowIdOf(onboardingId, run)}'`)
    return `${RUNNING} AND WorkflowId IN (${ids.join(', ')})`
  }
  const brokenOff = `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')`
  return `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ${brokenOff} AND CloseTime > '${listed.endedSince.toISOString()}'`
}

/** Connects lazily: with the engine away nothing fails until something is asked of it. */
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
        // A terminated run starts again under its id; a running one is the one we want.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'USE_EXISTING',
        // Halves the recovery after a killed worker.
        workflowTaskTimeout: '2s',
        // Its activities and later executions inherit the key: practices take turns in every queue (docs/decisions/engine.md).
        priority: { fairnessKey: practiceId },
        // Cannot be changed later: a new client has no reference yet, and its details name it.
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
        return 'told'
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone'
        throw error
      }
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
        // One that an operator has paused is theirs.
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
          // A server before 1.30 does not know which runs fail.
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
      // A call that is tried again on a closed connection throws where nobody can catch it.
      await Promise.allSettled(underWay)
      await connection.close()
    },
  }
}
