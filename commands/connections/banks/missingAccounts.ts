import { readConnection } from '../../../db/connections/connections.ts'
import {
  deleteMissing,
  endAskAboutMissing,
  readKnownAccounts,
  readMissing,
  writeAccountChange,
  writeClosed,
  writeSeenAgain,
} from '../../../db/connections/missingAccounts.ts'
import { readRenewable } from '../../../db/connections/renewals.ts'
import { accountsSeen } from '../../../domain/connections/severalBanks.ts'
import type { Actor } from '../../../domain/events.ts'
import type { Instant } from '../../../domain/situation.ts'
import type { BankAccount } from '../../../providers/bank/bank.ts'
import { type Commands, execute, type Outcome, type Target } from '../../execute.ts'

/** The accounts that a look was answered with, and the ids of those that were stored before it asked. */
export type Look = { accounts: readonly BankAccount[]; isPart: boolean; stood: ReadonlySet<string> }

/** Returns the ids of the stored accounts of a connection, also of missing ones. */
export const standingAccounts = ({ db }: Commands, practiceId: string, connectionId: string): Promise<Set<string>> =>
  db.inPractice(practiceId, async (tx) => new Set((await readKnownAccounts(tx, connectionId)).map(({ id }) => id)))

/**
 * Records once which accounts of a working bank a look does not see any more, and tells the practice; and which it sees
 * again. One that a colleague said is closed stays so, and is noted for them.
 */
export async function noteAccounts(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  look: Look,
): Promise<void> {
  const { db } = commands
  const found = await db.inPractice(practiceId, async (tx) => {
    const { gone, back, closed } = accountsSeen(await readKnownAccounts(tx, connectionId), look, look.stood)
    await writeSeenAgain(tx, closed)
    return gone.length + back.length > 0 ? readConnection(tx, connectionId) : null
  })
  if (!found) return
  const target = { practiceId, onboardingId: found.onboardingId }
  await execute<null>(commands, target, {
    actor: { type: 'provider', id: found.provider },
    prepare: async (tx, { now }) => {
      const standing = await readConnection(tx, connectionId)
      if (standing?.state !== 'connected') return null
      const { gone, back } = accountsSeen(await readKnownAccounts(tx, connectionId), look, look.stood)
      return {
        command: { do: 'note_accounts', connectionId, gone: gone.length, back: back.length },
        alongside: async () => {
          await writeAccountChange(tx, { kept: back, missing: gone }, now)
          await endAskAboutMissing(tx, connectionId)
        },
      }
    },
  })
}

/**
 * Records that the client calls accounts of a bank closed, and deletes them: those that were missing at `asOf`, when
 * the page named them.
 */
export async function closeMissingAccounts(
  commands: Commands,
  target: Target,
  actor: Actor,
  connectionId: string,
  asOf: Instant | null,
): Promise<void> {
  await execute<null>(commands, target, {
    actor,
    prepare: async (tx) => {
      const consent = await readRenewable(tx, connectionId)
      if (consent?.onboardingId !== target.onboardingId) return null
      const missing = await readMissing(tx, connectionId, asOf)
      return {
        command: { do: 'close_accounts', connectionId, accounts: missing.length },
        alongside: async () => {
          await deleteMissing(
            tx,
            missing.map(({ id }) => id),
          )
          await endAskAboutMissing(tx, connectionId)
        },
      }
    },
  })
}

/**
 * Records that a colleague says that missing accounts of a bank are closed, so that they are not asked about any more, or
 * takes it back (`isClosed` false). `unknown`: one of them is neither missing nor closed.
 */
export const closeAccounts = (
  commands: Commands,
  target: Target,
  actor: Actor,
  connectionId: string,
  { ids, isClosed }: { ids: readonly string[]; isClosed: boolean },
): Promise<Outcome | { result: 'unknown' }> =>
  execute<{ result: 'unknown' }>(commands, target, {
    actor,
    prepare: async (tx, { now }) => {
      const missing = (await readKnownAccounts(tx, connectionId)).filter(({ isMissing }) => isMissing)
      const named = missing.filter(({ id }) => ids.includes(id))
      if (named.length < new Set(ids).size) return { answer: { result: 'unknown' } }
      const chosen = named.filter((one) => one.isClosed !== isClosed).map(({ id }) => id)
      return {
        command: { do: isClosed ? 'close_accounts' : 'reopen_accounts', connectionId, accounts: chosen.length },
        alongside: async () => {
          await writeClosed(tx, chosen, isClosed ? now : null)
          if (isClosed) await endAskAboutMissing(tx, connectionId)
        },
      }
    },
  })
