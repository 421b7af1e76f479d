import { expect, test } from 'vitest'
import { type Instants, statusOf } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

/** The nullable instants, by column. */
const COLUMNS = {
  provisioned_at: 'provisioned',
  invited_at: 'invited',
  accepted_at: 'accepted',
  declined_at: 'declined',
  expired_at: 'expired',
  completed_at: 'completed',
  cancelled_at: 'cancelled',
  gave_up_at: 'gaveUp',
  cleaned_at: 'cleaned',
} as const
type Column = keyof typeof COLUMNS
const columns = Object.keys(COLUMNS) as Column[]

/** Returns the constraint that forbids a combination, or null when it is allowed. */
function impossible(has: (column: Column) => boolean): string | null {
  if (has('accepted_at') && !has('invited_at')) return 'accepted_was_invited'
  if (has('declined_at') && (!has('invited_at') || has('accepted_at'))) return 'declined_was_invited'
  if (has('expired_at') && (!has('invited_at') || has('accepted_at'))) return 'expired_was_invited'
  const ends = (['completed_at', 'cancelled_at', 'gave_up_at'] as const).filter(has)
  if (ends.length > 1) return 'one_end'
  if (has('gave_up_at') && !has('expired_at') && !has('declined_at')) return 'gave_up_from_expired_or_declined'
  return has('cleaned_at') && !has('cancelled_at') && !has('gave_up_at') ? 'cleaned_after_end' : null
}

const with_ = forFile(startEngineAway)

test('the stored status is the domain’s for every combination of instants, and what cannot be is refused', async () => {
  const { onboardingId } = await with_.create(await with_.createPractice(), null)
  const now = new Date()
  let possible = 0
  const wrong: string[] = []
  for (let bits = 0; bits < 1 << columns.length; bits++) {
    const has = (column: Column) => (bits & (1 << columns.indexOf(column))) !== 0
    const values = Object.fromEntries(columns.map((column) => [column, has(column) ? now : null]))
    const set = { ...values, expires_at: has('invited_at') ? now : null }
    const expected = impossible(has)
    const name = columns.filter(has).join(' ')
    try {
      const [row] = await with_.owner<{ status: string }[]>`
        UPDATE onboarding SET ${with_.owner(set)} WHERE id = ${onboardingId} RETURNING status`
      const instants = Object.fromEntries(
        columns.map((column) => [COLUMNS[column], has(column) ? now.getTime() : null]),
      ) as Omit<Instants, 'created'>
      if (expected) wrong.push(`${name}: not refused by ${expected}`)
      else if (row?.status !== statusOf({ created: 0, ...instants })) wrong.push(`${name}: ${row?.status}`)
      possible++
    } catch (error) {
      if (!expected) wrong.push(`${name}: ${String(error)}`)
      else if (!String(error).includes('violates check constraint')) wrong.push(`${name}: ${String(error)}`)
    }
  }
  expect(wrong).toEqual([])
  expect(possible).toBe(60)
})

test('an invitation without an end is refused', async () => {
  const { onboardingId } = await with_.create(await with_.createPractice(), null)
  await expect(
    with_.owner`UPDATE onboarding SET invited_at = now(), expires_at = NULL WHERE id = ${onboardingId}`,
  ).rejects.toThrow('invited_expires')
})

test('the status cannot be written by hand', async () => {
  const { onboardingId } = await with_.create(await with_.createPractice(), null)
  await expect(with_.owner`UPDATE onboarding SET status = 'completed' WHERE id = ${onboardingId}`).rejects.toThrow(
    'can only be updated to DEFAULT',
  )
})

test('an organisation has one open onboarding, and any number that have ended', async () => {
  const practiceId = await with_.createPractice()
  const { onboardingId } = await with_.create(practiceId)
  const again = () => with_.owner`
    INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days)
    SELECT practice_id, organisation_id, 7, 90 FROM onboarding WHERE id = ${onboardingId}`
  await expect(again()).rejects.toThrow('onboarding_open')
  for (const end of ['completed_at', 'cancelled_at'] as const) {
    await with_.owner`UPDATE onboarding SET ${with_.owner({ completed_at: null, cancelled_at: null, [end]: new Date() })}
      WHERE id = ${onboardingId}`
    const [second] = await with_.owner<{ id: string }[]>`
      INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, completed_at)
      SELECT practice_id, organisation_id, 7, 90, now() FROM onboarding WHERE id = ${onboardingId} RETURNING id`
    expect(second).toBeDefined()
  }
})

test('a step is done or skipped, and skipped with a reason', async () => {
  const { onboardingId } = await with_.create(await with_.createPractice(), null)
  const set = (values: Record<string, Date | string | null>) =>
    with_.owner`UPDATE onboarding_step SET ${with_.owner(values)} WHERE onboarding_id = ${onboardingId} AND kind = 'bank'`
  await expect(set({ done_at: new Date(), skipped_at: new Date(), skipped_because: 'other' })).rejects.toThrow(
    'done_or_skipped',
  )
  await expect(set({ skipped_at: new Date(), skipped_because: null })).rejects.toThrow('skipped_with_reason')
})
