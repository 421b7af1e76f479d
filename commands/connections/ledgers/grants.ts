import type { AuthSession } from '../../../db/connections/sessions.ts'
import type { LedgerAccount, LedgerOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Sealer } from '../../../providers/seal.ts'
import type { OfferedOrganisation } from './offered.ts'

/** The organisations that a sign-in offers, stored sealed with its session until one is connected. */
export type Grant = {
  reached: OfferedOrganisation[]
  chosen: LedgerOrganisation | null
  /** True if the client says that the chosen organisation is the same business; the practice checks it. */
  isSaidSame?: boolean
  /** The accounts of the chosen organisation, while a draft holds it. */
  accounts?: LedgerAccount[]
}

export function sealGrant(sealer: Sealer, sessionId: string, grant: Grant): string {
  return sealer.seal(JSON.stringify(grant), `session:${sessionId}`)
}

/** Opens the sealed grant of a session. Throws if the session has none or it was sealed for another session. */
export function openGrant(sealer: Sealer, session: AuthSession): Grant {
  if (session.grantSealed === null) throw new Error('the session holds no grant')
  return JSON.parse(sealer.open(session.grantSealed, `session:${session.id}`)) as Grant
}
