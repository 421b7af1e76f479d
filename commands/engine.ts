import {
  Client,
  Connection,
  type ConnectionOptions,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client'
import type { Situation } from '../domain/situation.ts'
import {
  ONBOARDING_WORKFLOW,
  type OnboardingInput,
  QUEUE,
  SITUATION_CHANGED,
  type SituationChangedArgs,
  workflowIdOf,
} from '../workflows/contract.ts'

/** A call that the engine does not answer in this time is given up; the reconciler says it again. */
const CALL_TIMEOUT_MS = 5_000

/** The Temporal server as the commands see it. Every method throws when the engine is away. */
export type Engine = {
  /**
   * Starts a run from the row. With a situation it is signalled as well, in case the run is there already.
   * `closed`: that run has ended for good, so the next number is needed.
   */
  start(onboardingId: string, run: number, situation: Situation | null): Promise<'started' | 'closed'>
  /** Tells a run its new situation. `gone`: there is no such run, or it has ended. */
  signal(onboardingId: string, situation: Situation): Promise<'told' | 'gone'>
  /** Whether the engine answers at all. */
  check(): Promise<void>
  /** Waits for the calls under way, which end by themselves. */
  close(): Promise<void>
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
    start: async (onboardingId, run, situation) => {
      const input: OnboardingInput = { onboardingId, run }
      const options = {
        workflowId: workflowIdOf(onboardingId, run),
        taskQueue: QUEUE,
        args: [input] as [OnboardingInput],
        // A terminated run starts again under its id; a running one is the one we want.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'USE_EXISTING',
        // Halves the recovery after a killed worker.
        workflowTaskTimeout: '2s',
      } as const
      try {
        await within(async () => {
          if (situation === null) return client.workflow.start(ONBOARDING_WORKFLOW, options)
          const signal = { signal: SITUATION_CHANGED, signalArgs: [situation] as SituationChangedArgs }
          return client.workflow.signalWithStart(ONBOARDING_WORKFLOW, { ...options, ...signal })
        })
        return 'started'
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'closed'
        throw error
      }
    },
    signal: async (onboardingId, situation) => {
      try {
        const handle = client.workflow.getHandle(workflowIdOf(onboardingId, situation.run))
        await within(() => handle.signal(SITUATION_CHANGED, situation))
        return 'told'
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone'
        throw error
      }
    },
    check: async () => {
      await within(() => connection.workflowService.getSystemInfo({}))
    },
    close: async () => {
      // A call that is tried again on a closed connection throws where nobody can catch it.
      await Promise.allSettled(underWay)
      await connection.close()
    },
  }
}
