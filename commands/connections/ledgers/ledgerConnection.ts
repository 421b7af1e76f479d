import { randomUUID } from 'node:crypto'
import { type Connection, findTenantHolder, insertConnection, lockTenant } from '../../../db/connections/connections.ts'
import { writeHealth } from '../../../db/connections/living.ts'
import { type AuthSession, moveSession, moveToFailed, readSession } from '../../../db/connections/sessions.ts'
import { readOrganisationId, writeStepError } from '../../../db/onboardings/onboardings.ts'
import { writeLedgerName } from '../../../db/onboardings/organisations.ts'
import type { Actor } from '../../../domain/events.ts'
import type { LedgerAccount, LedgerOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Execution, Target } from '../../execute.ts'
import { type Providers, sessionActor } from '../sessionOwner.ts'

/**
 * The choice of a sign-in: an organisation, with its accounts. `denied`: the reason for which the sign-in may not read
 * them. `isConfirmed`: a person confirmed that it is the same business although its name differs.
 */
export type LedgerChoice = {
  organisation: LedgerOrganisation
  accounts: LedgerAccount[]
  denied?: string | null
  isConfirmed?: boolean
}

/**
 * Returns the execution that connects the chosen organisation. It writes, and returns the connection that was replaced, if
 * any. `actor` is by default the opener of the session.
 * `linked_elsewhere`: another client has the ledger organisation, and nothing changes.
 */
export function ledgerConnection(
  { ledgers }: Pick<Providers, 'ledgers'>,
  target: Target,
  session: Pick<AuthSession, 'id' | 'provider' | 'signInId' | 'openedBy' | 'openerId' | 'linkId'>,
  { organisation, accounts, denied = null, isConfirmed = false }: LedgerChoice,
  actor: Actor = sessionActor(session),
): Execution<{ result: 'linked_elsewhere' }, Connection[]> {
  const connectionId = randomUUID()
  return {
    actor,
    prepare: async (tx, { now }) => {
      const organisationId = await readOrganisationId(tx, target.onboardingId)
      await lockTenant(tx, organisation.tenantId)
      const holder = await findTenantHolder(tx, session.provider, organisation.tenantId, organisationId)
      if (holder) return { answer: { result: 'linked_elsewhere' } }
      const status = (await readSession(tx, session.id))?.status
      if (status !== 'exchanging' && status !== 'choosing') return null
      const { id: sessionId, provider } = session
      const counted = { accounts: accounts.length, isConfirmed, isDenied: denied !== null }
      const alongside = async () => {
        await writeStepError(tx, target.onboardingId, 'books', denied)
        await writeLedgerName(tx, target.onboardingId, organisation.name)
        const connection = {
          id: connectionId,
          onboardingId: target.onboardingId,
          organisationId,
          sessionId,
          kind: 'books' as const,
          provider,
          institution: provider,
          institutionName: ledgers.find(provider)?.label ?? provider,
          externalId: organisation.connectionId,
          tenantId: organisation.tenantId,
          tenantName: organisation.name,
          signInId: session.signInId,
          secretSealed: null,
          accessUntil: null,
          isNameConfirmed: isConfirmed,
        }
        const replaced = await insertConnection(tx, target.practiceId, connection, accounts.map(asAccount), now)
        // Last, because a sign-in that neither a session nor a connection names is deleted.
        if (denied === null) await moveSession(tx, sessionId, [status], 'done', now)
        else {
          await writeHealth(tx, connectionId, 'permission', { loss: denied })
          await moveToFailed(tx, sessionId, { family: 'permission', reason: denied }, now)
        }
        return replaced
      }
      return { command: { do: 'connect', sessionId, step: 'books', connectionId, provider, ...counted }, alongside }
    },
  }
}

/** Returns a ledger's account as it is stored. */
export const asAccount = (account: LedgerAccount) => ({
  externalId: account.externalId,
  name: account.name,
  holder: null,
  currency: account.currency,
  sortCode: null,
  accountNumber: account.number,
  iban: null,
  code: account.code,
})
