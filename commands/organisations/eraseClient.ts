import { readStanding } from '../../db/connections/connections.ts'
import { eraseOrganisation, readErasable } from '../../db/onboardings/erasure.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { disconnect } from '../connections/disconnect.ts'
import { endUnusedGrants } from '../connections/endGrants.ts'
import type { Providers } from '../connections/sessionOwner.ts'
import { type Commands, execute, executeIn, type Target, transact, type Unit } from '../execute.ts'

/**
 * `erased`: the data is gone, now or before. `endedThere`: the connections are ended at the providers too; else the
 * client can still remove them at the bank or in the ledger. `other_name`: the typed name is not the client's.
 */
export type Erased = { result: 'erased'; endedThere: boolean } | { result: 'other_name' } | { result: 'not_found' }

/**
 * Erases a client for good: cancels what runs, ends connections as far as the providers can, then deletes all personal
 * data in one transaction. A provider that is away delays nothing. Repeating it changes nothing; an erasure that broke
 * off continues.
 */
export async function eraseClient(
  commands: Commands,
  providers: Providers,
  practiceId: string,
  doer: Doer,
  requestId: string,
  organisationId: string,
  typedName: string,
): Promise<Erased> {
  const { db } = commands
  const found = await db.inPractice(practiceId, (tx) => readErasable(tx, organisationId))
  if (!found) return { result: 'not_found' }
  if (found.erasedAt !== null) return { result: 'erased', endedThere: true }
  if (!isSameName(found.name, typedName)) return { result: 'other_name' }
  const targets = found.onboardings.map((onboardingId): Target => ({ practiceId, onboardingId }))
  let endedThere = true
  for (const target of targets) {
    await execute(commands, target, { actor: doer.actor, command: { do: 'cancel', requestId } })
    endedThere = (await endConnections(commands, providers, doer, target)) && endedThere
  }
  await transact(commands, practiceId, async (unit) => {
    for (const target of targets) await eraseIn(unit, target, doer, requestId)
    // Checked again under the locks, because another request may have erased it meanwhile.
    if ((await readErasable(unit.tx, organisationId))?.erasedAt !== null) return
    await eraseOrganisation(unit.tx, organisationId, found.onboardings)
    await insertAudit(unit.tx, doer, { kind: 'client_erased', subjectId: organisationId, data: { endedThere } })
  })
  return { result: 'erased', endedThere }
}

/** Records the erasure in the onboarding's log. An onboarding that was reopened meanwhile is cancelled again. */
async function eraseIn(unit: Unit, target: Target, { actor }: Doer, requestId: string): Promise<void> {
  await executeIn(unit, target, { actor, command: { do: 'cancel', requestId: `${requestId}:again` } })
  const { result } = await executeIn(unit, target, { actor, command: { do: 'erase' } })
  if (result === 'refused') throw new Error('an onboarding that is over was not erased')
}

/** Ends standing and unfinished connections at the providers. Returns true if all ended there. */
async function endConnections(commands: Commands, providers: Providers, doer: Doer, target: Target): Promise<boolean> {
  const standing = await commands.db.inPractice(target.practiceId, (tx) => readStanding(tx, target.onboardingId))
  let endedThere = true
  for (const { id } of standing) {
    const ended = await disconnect(commands, providers, target, doer.actor, id)
    if (ended.result === 'disconnected') endedThere = ended.endedThere && endedThere
  }
  try {
    await endUnusedGrants(commands.db, providers, target)
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return false
  }
  return endedThere
}

const isSameName = (name: string, typed: string) => name.trim().toLowerCase() === typed.trim().toLowerCase()
