import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { QUEUE, SITUATION_CHANGED } from '../../workflows/contract.ts'
import type { Embedded } from '../kit/embedded.ts'
import { Watch } from '../kit/watch.ts'
import { BARE_NAMESPACE, BARE_WORKFLOW, progressLike } from './contract.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Bare workflows on a stack's engine and database, with their own worker. */
export type BareFlows = { complete: () => Promise<string>; client: Client; pid: number; stop: () => Promise<void> }

/** Creates the namespace and the table and starts the worker. `complete` runs one flow from start to end. */
export async function startBareFlows(
  { engine, owner }: Embedded,
  workerEnvironment: Record<string, string>,
): Promise<BareFlows> {
  await owner`
    CREATE TABLE bare_flow (id uuid PRIMARY KEY, facts integer NOT NULL DEFAULT 0,
      created_at timestamptz, sent_at timestamptz, completed_at timestamptz)`
  await owner`GRANT SELECT, INSERT, UPDATE ON bare_flow TO embark_worker, embark_api`
  await makeNamespace(engine)
  const folder = mkdtempSync(join(tmpdir(), 'embark-bare-'))
  const bundle = join(folder, 'workflow.js')
  const workflowsPath = fileURLToPath(new URL('workflow.ts', import.meta.url))
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  writeFileSync(bundle, code)

  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/bare/worker.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      ...workerEnvironment,
      TEMPORAL_NAMESPACE: BARE_NAMESPACE,
      WORKFLOW_BUNDLE: bundle,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('the bare worker did not start'))),
  ])

  const client = new Client({ connection: engine.connection, namespace: BARE_NAMESPACE })
  const watch = (column: string) =>
    new Watch(async (ids) => {
      const rows = await owner<{ id: string }[]>`
        SELECT id FROM bare_flow WHERE id = ANY (${ids}) AND ${owner(column)} IS NOT NULL`
      return rows.map(({ id }) => id)
    })
  const sent = watch('sent_at')
  const completed = watch('completed_at')

  const complete = async (): Promise<string> => {
    const id = randomUUID()
    await owner`INSERT INTO bare_flow (id) VALUES (${id})`
    const handle = await client.workflow.start(BARE_WORKFLOW, {
      workflowId: id,
      taskQueue: QUEUE,
      args: [{ id }],
      workflowTaskTimeout: '2s',
    })
    await sent.until(id)
    // Accepting and connecting the books signal no workflow; the bank session, the bank and the matching do.
    for (const fact of ['accepted', 'set out', 'bank', 'books', 'mapped']) {
      const [row] = await owner<{ facts: number }[]>`
        UPDATE bare_flow SET facts = facts + 1 WHERE id = ${id} RETURNING facts`
      const seq = { 'set out': 1, bank: 2, mapped: 3 }[fact]
      if (row && seq) await handle.signal(SITUATION_CHANGED, progressLike(id, seq, Date.now()))
    }
    await completed.until(id)
    return id
  }

  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  return { complete, client, pid: child.pid ?? 0, stop }
}

async function makeNamespace({ connection }: Embedded['engine']): Promise<void> {
  const { workflowService } = connection
  await workflowService.registerNamespace({
    namespace: BARE_NAMESPACE,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  })
  for (const end = Date.now() + 15_000; ; await sleep(50)) {
    try {
      // Not every part of the server knows a new namespace at once.
      await workflowService.describeTaskQueue({
        namespace: BARE_NAMESPACE,
        taskQueue: { name: QUEUE },
        taskQueueType: 1,
      })
      return
    } catch (problem) {
      if (Date.now() > end) throw problem
    }
  }
}
