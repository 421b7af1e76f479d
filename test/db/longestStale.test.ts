import { expect, test } from 'vitest'
import { PATIENCE, readLongestStale } from '../../db/onboardings/reconcile.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { giveConsent, holdBooks } from '../giveConsent.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

/** Returns the age of the longest wait of each kind, in minutes. */
const ages = async () =>
  Object.fromEntries(
    (await readLongestStale(with_.api.db, PATIENCE)).map(({ why, since }) => [
      why,
      Math.round((Date.now() - since) / MINUTE_MS),
    ]),
  )

test('the oldest age counts connections and sign-ins that no workflow was started for, or that overslept', async () => {
  const { owner } = with_
  const { onboardingId } = await with_.create(await with_.createPractice(), null)
  await owner`UPDATE onboarding SET workflow_started_at = now(), notified_seq = fact_seq, wake_at = NULL`
  expect(await ages()).toEqual({})
  const consent = await giveConsent(owner, onboardingId)
  await owner`UPDATE connection SET created_at = now() - interval '10 minutes'`
  expect(await ages()).toEqual({ not_started: 10 })
  // One that has just come is no concern yet.
  await owner`UPDATE connection SET created_at = now() - interval '10 seconds'`
  expect(await ages()).toEqual({})
  await owner`UPDATE connection SET workflow_started_at = now(), wake_at = now() - interval '20 minutes' WHERE id = ${consent}`
  expect(await ages()).toEqual({ overslept: 20 })
  await owner`UPDATE connection SET wake_at = NULL WHERE id = ${consent}`
  await holdBooks(owner, onboardingId, onboardingId)
  await owner`UPDATE sign_in SET created_at = now() - interval '3 hours', used_at = now() - interval '2 hours'`
  expect(await ages()).toEqual({ not_started: 120 })
})
