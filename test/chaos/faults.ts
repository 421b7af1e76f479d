import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Embedded } from '../../bench/kit/embedded.ts'
import type { Chance } from '../../dev/history/random.ts'
import { ONBOARDING_WORKFLOW } from '../../workflows/contract.ts'

/** The stack that a fault acts on. `onKill` receives each process that is killed on purpose. */
export type Stage = Embedded & { chance: Chance; onKill: (part: string) => void }

const PROVIDER_FAULTS = {
  resend: ['server_error', 'rate_limited', 'hang_before', 'timeout_after_accept', 'connection_reset', 'slow'],
  twilio: ['server_error', 'rate_limited', 'timeout_after_accept', 'connection_reset'],
  truelayer: ['server_error', 'rate_limited', 'connection_reset', 'slow'],
  xero: ['server_error', 'rate_limited', 'connection_reset', 'slow'],
}

/** Kills a part with `kill -9`. Skips one that is just restarting. */
function kill(stage: Stage, part: string): void {
  try {
    const pid = stage.pidOf(part)
    stage.onKill(part)
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is down already.
  }
}

/** Stops a process for a while, so that its leases expire without its knowledge. */
async function freeze(stage: Stage, part: string): Promise<void> {
  try {
    const pid = stage.pidOf(part)
    process.kill(pid, 'SIGSTOP')
    await sleep(stage.chance.between(1_000, 8_000))
    process.kill(pid, 'SIGCONT')
  } catch {
    // It is down, or was killed meanwhile.
  }
}

/** Returns the ids of a random running workflow execution. */
async function anyRunning({ engine, chance }: Stage): Promise<{ workflowId: string; runId: string } | null> {
  const found: { workflowId: string; runId: string }[] = []
  const query = `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId, runId } of engine.client.workflow.list({ query })) {
    found.push({ workflowId, runId })
    if (found.length === 500) break
  }
  return found.length === 0 ? null : chance.of(found)
}

/** Runs `act` on one running execution; while the engine is down the fault is lost. */
async function atEngine(stage: Stage, act: (one: { workflowId: string; runId: string }) => Promise<unknown>) {
  try {
    const one = await anyRunning(stage)
    if (one) await act(one)
  } catch {
    // The engine is down, or the execution has ended meanwhile.
  }
}

/** All kinds of faults. Each resolves once it has happened; it ends by itself, or the product repairs it. */
export const FAULTS = {
  'worker killed': async (stage) => kill(stage, 'worker'),
  'api killed': async (stage) => kill(stage, 'api'),
  'engine killed': async (stage) => kill(stage, 'temporal'),
  'database killed': async (stage) => kill(stage, 'postgres'),
  'worker frozen': (stage) => freeze(stage, 'worker'),
  'api frozen': (stage) => freeze(stage, 'api'),
  'connections cut': async ({ owner }) => {
    const cut = owner`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename IN ('embark_api', 'embark_worker', 'embark_auth')`
    await cut.catch(() => {})
  },
  'provider at fault': async ({ control, chance }) => {
    const provider = chance.of(Object.keys(PROVIDER_FAULTS) as (keyof typeof PROVIDER_FAULTS)[])
    const kind = chance.of(PROVIDER_FAULTS[provider])
    await control('POST', '/faults', {
      provider,
      kind,
      times: 1 + chance.whole(4),
      retryAfterSeconds: 1,
      delayMs: 3_000,
    })
  },
  'run terminated': (stage) =>
    atEngine(stage, ({ workflowId }) => stage.engine.client.workflow.getHandle(workflowId).terminate('chaos')),
  'run cancelled': (stage) =>
    atEngine(stage, ({ workflowId }) => stage.engine.client.workflow.getHandle(workflowId).cancel()),
  'run reset': (stage) =>
    atEngine(stage, async ({ workflowId, runId }) => {
      const { workflowService } = stage.engine.connection
      const { namespace } = stage.engine
      const workflowExecution = { workflowId, runId }
      const { history } = await workflowService.getWorkflowExecutionHistory({ namespace, execution: workflowExecution })
      const completed = history?.events?.find(
        ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
      )
      if (!completed) return
      await workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution,
        reason: 'chaos',
        requestId: crypto.randomUUID(),
        workflowTaskFinishEventId: completed.eventId,
      })
    }),
  'history deleted': (stage) =>
    atEngine(stage, (workflowExecution) => {
      const { connection, namespace } = stage.engine
      return connection.workflowService.deleteWorkflowExecution({ namespace, workflowExecution })
    }),
  "engine's data lost": async (stage) => {
    kill(stage, 'temporal')
    for (const end of ['', '-wal', '-shm']) rmSync(`${stage.engineFile}${end}`, { force: true })
  },
} satisfies Record<string, (stage: Stage) => Promise<unknown>>
export type FaultName = keyof typeof FAULTS

/** The share of each kind, in per cent. */
export const WEIGHTS: Record<FaultName, number> = {
  'worker killed': 12,
  'api killed': 9,
  'engine killed': 5,
  'database killed': 5,
  'worker frozen': 8,
  'api frozen': 3,
  'connections cut': 12,
  'provider at fault': 24,
  'run terminated': 7,
  'run cancelled': 6,
  'run reset': 5,
  'history deleted': 3,
  "engine's data lost": 1,
}
