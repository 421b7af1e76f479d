import { randomUUID } from 'node:crypto'
import { type AuthSession, readSession, writeGrant } from '../../../db/connections/sessions.ts'
import { insertReport } from '../../../db/onboardings/clientReports.ts'
import type { LedgerOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Sealer } from '../../../providers/seal.ts'
import { type Commands, execute, type Target } from '../../execute.ts'
import { sessionActor } from '../sessionOwner.ts'
import { openGrant, sealGrant } from './grants.ts'

/**
 * Asks the practice, once, to decide if the organisation that the client chose is the same business. Nothing is read
 * from the ledger until the practice has decided.
 */
export async function leaveToPractice(
  commands: Commands,
  sealer: Sealer,
  target: Target,
  { id, openedBy, openerId, linkId }: AuthSession,
  chosen: LedgerOrganisation,
): Promise<void> {
  const requestId = randomUUID()
  await execute(commands, target, {
    actor: sessionActor({ openedBy, openerId, linkId }),
    prepare: async (tx) => {
      const session = await readSession(tx, id)
      if (session?.status !== 'choosing' || session.grantSealed === null) return null
      const grant = openGrant(sealer, session)
      if (grant.isSaidSame) return null
      await writeGrant(tx, id, sealGrant(sealer, id, { ...grant, isSaidSame: true }))
      const told = { about: 'same_business', text: chosen.name, name: null, email: null } as const
      return {
        command: { do: 'report', requestId, about: told.about },
        alongside: () => insertReport(tx, target.practiceId, target.onboardingId, requestId, told),
      }
    },
  })
}
