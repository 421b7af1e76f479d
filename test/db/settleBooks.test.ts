import { expect, test } from 'vitest'
import { settleBooks } from '../../commands/connections/ledgers/settleBooks.ts'
import type { Target } from '../../commands/execute.ts'
import { findBooksOnOldWay } from '../../db/onboardings/onboardings.ts'
import { connectors } from '../../providers/connectors.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

const offering = (...names: string[]) => ({
  ledgers: connectors(...(names.map((name) => ({ name })) as [LedgerConnector])),
})
const fail = (_id: string, error: unknown) => {
  throw error
}

const booksOf = async ({ onboardingId }: Target) => {
  const rows = await with_.owner`
    SELECT way, coalesce(skipped_because, 'open') AS stands FROM onboarding_step
    WHERE onboarding_id = ${onboardingId} AND kind <> 'bank' ORDER BY kind`
  return rows.map(({ way, stands }) => `${way} ${stands}`)
}

test('books follow the ledgers that are configured: by hand until theirs is, and again once it is gone', async () => {
  const practice = await with_.createPractice()
  const client = await with_.create(practice, ['email'], 'Later Ltd')
  const connected = await with_.create(practice, ['email'], 'Connected Ltd')
  const [untouched, none] = [
    await with_.create(practice, ['email'], 'Xero Ltd'),
    await with_.create(practice, ['email'], 'None Ltd'),
  ]
  const noted = (target: Target, software: string) => with_.owner`UPDATE organisation SET software = ${software}
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${target.onboardingId})`
  await noted(client, 'sage')
  await noted(none, 'none')
  await noted(connected, 'sage')
  await with_.keepConnection(connected, {
    do: 'connect',
    step: 'books',
    provider: 'sage',
    sessionId: '',
    connectionId: '',
    accounts: 1,
  })
  expect(await settleBooks(with_.worker, offering('xero'), fail)).toBe(2)
  expect(await booksOf(client)).toEqual(['by_hand open', 'connect nothing_to_do'])
  expect(await booksOf(none)).toEqual(['none not_needed', 'connect nothing_to_do'])
  for (const one of [untouched, connected]) expect(await booksOf(one)).toEqual(['connect open', 'connect open'])
  expect(await settleBooks(with_.worker, offering('xero'), fail)).toBe(0)
  expect(await settleBooks(with_.worker, offering('xero', 'sage'), fail)).toBe(1)
  expect(await booksOf(client)).toEqual(['connect open', 'connect open'])
})

test('a client whose connection stands is not found each time, so that many of them hold back no other', async () => {
  const practice = await with_.createPractice()
  const lost = await with_.create(practice, ['email'], 'Lost Ltd')
  await with_.owner`UPDATE organisation SET software = 'sage'
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${lost.onboardingId})`
  const step = { do: 'connect', step: 'books', provider: 'sage', sessionId: '', connectionId: '', accounts: 1 } as const
  await with_.keepConnection(lost, step)
  await with_.owner`UPDATE connection SET state = 'lost', health = 'ended' WHERE onboarding_id = ${lost.onboardingId}`
  await with_.owner`UPDATE onboarding_step SET done_at = NULL WHERE onboarding_id = ${lost.onboardingId} AND kind = 'books'`
  const found = await findBooksOnOldWay(with_.worker.db, ['xero'], 10)
  expect(found.map(({ onboardingId }) => onboardingId)).not.toContain(lost.onboardingId)
})
