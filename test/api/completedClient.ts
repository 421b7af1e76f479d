import { loseConnection } from '../../commands/connections/connectionHealth.ts'
import { settleAgain } from '../../commands/settleTurned.ts'
import { completeLongAgo, type GivenConsent, giveConsent, holdBooks } from '../giveConsent.ts'
import type { StaffApi } from './staffHarness.ts'

/**
 * Makes an invited client one who was completed long ago, with a bank, and with books that a colleague connected.
 * `isSignedOut`: the ledger has ended the colleague's sign-in since.
 */
export async function completeWithBooks(
  api: StaffApi,
  id: string,
  colleagueId: string,
  consent: GivenConsent = {},
  isSignedOut = false,
): Promise<void> {
  await api.accept(id)
  await completeLongAgo(api.owner, id)
  await giveConsent(api.owner, id, { accounts: 2, ...consent })
  const books = await holdBooks(api.owner, id, colleagueId)
  if (isSignedOut) await loseConnection(api.deps.commands, api.practice.id, books, 'sign_in_ended', 'Signed out.')
  await settleAgain(api.deps.commands, { practiceId: api.practice.id, onboardingId: id })
}
