import type postgres from 'postgres'
import { expect, test } from 'vitest'
import { openSession } from '../../commands/connections/sessions.ts'
import { attemptColumns } from '../../db/invitations/messages.ts'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'

const harness = forFile(() => startHarness({ worker: 'none' }))

/** Runs an update of one row and rolls it back. Returns true if it stayed on its page and wrote no index. */
async function isInPlace(table: string, update: (tx: postgres.TransactionSql) => Promise<{ count: number }>) {
  let inPlace = 0
  const undone = harness.owner.begin(async (tx) => {
    const read = async (): Promise<number> =>
      (await tx`SELECT n_tup_hot_upd::int AS n FROM pg_stat_xact_user_tables WHERE relname = ${table}`)[0]?.n
    const before = await read()
    expect((await update(tx)).count).toBe(1)
    inPlace = (await read()) - before
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  return inPlace === 1
}

test('columns that every fact changes are in no index, so that the row stays on its page', async () => {
  const { id } = await harness.create()
  await harness.owner`UPDATE onboarding SET notified_seq = fact_seq WHERE id = ${id}`
  const fact = (tx: postgres.TransactionSql) => tx`
    UPDATE onboarding SET updated_at = updated_at + interval '1 millisecond', last_fact_at = clock_timestamp(),
      fact_seq = fact_seq + 1, notified_seq = fact_seq + 1 WHERE id = ${id}`
  expect(await isInPlace('onboarding', fact)).toBe(true)
})

test('the status of a session at a bank or ledger is in no index', async () => {
  const { target } = await harness.create()
  const request = { step: 'books', provider: 'xero', institution: null, institutionName: null } as const
  const opened = await openSession(harness.commands, target, { ...request, openedBy: 'practice', linkId: null })
  expect(opened.result).toBe('opened')
  const done = (tx: postgres.TransactionSql) =>
    tx`UPDATE auth_session SET status = 'done', status_at = clock_timestamp() WHERE onboarding_id = ${target.onboardingId}`
  expect(await isInPlace('auth_session', done)).toBe(true)
})

test('searched columns stay in their index when the invitation is claimed and the books have a name', async () => {
  const { id } = await harness.create()
  const claimed = (tx: postgres.TransactionSql) =>
    tx`UPDATE invitation SET claimed_at = clock_timestamp() WHERE onboarding_id = ${id}`
  const named = (tx: postgres.TransactionSql) => tx`
    UPDATE organisation SET ledger_name = 'Harbour' WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${id})`
  expect(await isInPlace('invitation', claimed)).toBe(true)
  expect(await isInPlace('organisation', named)).toBe(true)
})

test('a message keeps its place in every index when it is claimed', async () => {
  const { id } = await harness.create()
  const frozen = { recipient: 'amy@harbour.example', templateVersion: '1', inputs: {}, linkId: null }
  const claimed = (tx: postgres.TransactionSql) => tx`
    UPDATE message SET state = 'sending', state_at = clock_timestamp(), ${attemptColumns(tx, frozen)}
    WHERE onboarding_id = ${id}`
  expect(await isInPlace('message', claimed)).toBe(true)
})
