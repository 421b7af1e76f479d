import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { accept } from '../../../commands/invitations/accept.ts'
import { openDatabase } from '../../../db/client.ts'
import { freePort } from '../../../dev/stack/ports.ts'
import { startTemporal, type Temporal } from '../../../dev/stack/temporal.ts'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { createComparison } from '../../../worker/compareRuns.ts'
import { type Harness, startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'

/** A given server cannot be stopped by a test. */
const given = Boolean(process.env.TEMPORAL_ADDRESS)
const folder = mkdtempSync(join(tmpdir(), 'embark-engine-'))
let engine: Temporal
let harness: Harness
let start: (file: string) => Promise<Temporal>

beforeAll(async () => {
  if (given) return
  const [port, uiPort] = [await freePort(), await freePort()]
  start = (file) => startTemporal({ dbFile: join(folder, file), port, uiPort, log: () => undefined })
  engine = await start('first.db')
  harness = await startHarness({ engine: { address: engine.address, namespace: 'default' } })
})
afterAll(async () => {
  await harness?.stop()
  await engine?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/**
 * Waits while the reconciler passes, as it does each minute in the product. An engine that is busy or just back loses a
 * start or a signal (a call ends after five seconds), and nothing else repeats it.
 */
const untilReconciled = (what: string, ask: () => Promise<boolean>) =>
  waitFor(
    what,
    async () => {
      if (await ask()) return true
      await harness.worker.reconcileNow().catch(() => 0)
      return false
    },
    40_000,
  )

const untilInvited = (id: string) =>
  untilReconciled('the invitation to leave', async () =>
    ['sent', 'delivered'].includes((await harness.message(id, 'invitation')).state),
  )

const caughtUp = (id: string) =>
  untilReconciled('the engine to know all', async () => {
    const { notified_seq, fact_seq } = await harness.row(id)
    return notified_seq === fact_seq
  })

test.skipIf(given)(
  'a start that a stalled engine takes too late is repeated by the reconciler',
  async () => {
    const pid = engine.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      const { id } = await harness.create()
      await waitFor('the call to end', () => harness.unsignalled.includes(id))
      process.kill(pid, 'SIGCONT')
      await untilInvited(id)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  },
  60_000,
)

test.skipIf(given)(
  'with the engine down, creating, accepting and cancelling succeed at once, and it catches up',
  async () => {
    const before = await harness.create()
    await untilInvited(before.id)
    const [mail] = await harness.control.messagesTo(before.email)
    const linkId = await harness.linkId(harness.tokenIn(mail!))
    const cancelled = await harness.create()
    await untilInvited(cancelled.id)
    await engine.stop()

    const started = Date.now()
    const created = await harness.create()
    expect(await accept(harness.commands, before.target, linkId, null)).toMatchObject({ result: 'changed' })
    const cancel = { do: 'cancel', requestId: randomUUID() } as const
    await execute(harness.commands, cancelled.target, { actor: testActor, command: cancel })
    // Less than the timeout of one engine call, so none of the three can have waited for it.
    expect(Date.now() - started).toBeLessThan(4_500)

    engine = await start('first.db')
    await untilInvited(created.id)
    await caughtUp(cancelled.id)
    await caughtUp(before.id)
    expect(await harness.row(before.id)).toMatchObject({ status: 'accepted' })
  },
  90_000,
)

test.skipIf(given)(
  "with the engine's database deleted between two looks at it, open onboardings go on within a minute",
  async () => {
    const db = openDatabase(harness.database.workerUrl, 2)
    const repairs = { onRepaired: () => {}, onError: () => {} }
    const config = { ...harness.config.reconcile, compareEveryMs: 10 * MINUTE_MS }
    let now = Date.now()
    const compare = createComparison({ db, engine: harness.commands.engine, config, repairs }, () => now)
    const after = (minutes: number) => {
      now += minutes * MINUTE_MS
      return compare()
    }
    const one = await harness.create()
    await untilInvited(one.id)
    const skips = await harness.create({ channels: null, steps: { bank: 'skip' } })
    await untilReconciled(
      'the client without an invitation',
      async () => (await harness.row(skips.id)).status === 'not_invited',
    )
    // Long after the start, which counts as an outage; the next comparison is ten minutes away.
    await after(0)
    await after(11)
    await engine.stop()
    engine = await start('second.db')
    await waitFor('the engine', () =>
      harness.commands.engine.check().then(
        () => true,
        () => false,
      ),
    )

    const skip = { do: 'skip_step', requestId: randomUUID(), step: 'books', reason: 'not_needed' } as const
    await execute(harness.commands, skips.target, { actor: testActor, command: skip })
    await untilReconciled('the last step', async () => (await harness.row(skips.id)).status === 'completed')
    // This one has no due move for two days.
    expect(await after(1)).toBeGreaterThanOrEqual(1)
    await db.close()
    await waitFor('a workflow to run', async () =>
      (await harness.workflow(one.id)).describe().then(
        ({ status }) => status.name === 'RUNNING',
        () => false,
      ),
    )
  },
  90_000,
)
