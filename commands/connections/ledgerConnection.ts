import { randomUUID } from 'node:crypto'
import { findTenantHolder, insertConnection, lockTenant } from '../../db/connections/connections.ts'
import { type AuthSession, moveSession, readSession } from '../../db/connections/sessions.ts'
import { readOrganisationId, writeStepError } from '../../db/onboardings/onboardings.ts'
import { writeLedgerName } from '../../db/onboardings/organisations.ts'
import type { Actor } from '../../domain/events.ts'
import type { LedgerAccount, LedgerOrganisation } from '../../providers/ledger/ledger.ts'
import type { Execution, Target } from '../execute.ts'
import { type Providers, sessionActor } from './sessionOwner.ts'

/**
 * The choice of a sign-in: an organisation, with its accounts. `isConfirmed`: a person confirmed that it
 * is the same business although its name differs.
 */
export type LedgerChoice = {
  organisation: LedgerOrganisation
  accounts: LedgerAccount[]
  isConfirmed?: boolean
}

/**
 * Returns the execution that connects the chosen organisation. `actor` is by default the opener of the session.
 * `linked_elsewhere`: another client has the ledger organisation, and nothing changes.
 */
export function ledgerConnection(
  { ledgers }: Pick<Providers, 'ledgers'>,
  target: Target,
  session: Pick<AuthSession, 'id' | 'provider' | 'signInId' | 'openedBy' | 'openerId' | 'linkId'>,
  { organisation, accounts, isConfirmed = false }: LedgerChoice,
  actor: Actor = sessionActor(session),
): Execution<{ result: 'linked_elsewhere' }> {
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
      const counted = { accounts: accounts.length, isConfirmed }
      const alongside = async () => {
        await writeStepError(tx, target.onboardingId, 'books', null)
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
        await insertConnection(tx, target.practiceId, connection, accounts.map(asAccount), now)
        // Last, because a sign-in that neither a session nor a connection names is deleted.
        await moveSession(tx, sessionId, [status], 'done', now)
      }
      return { command: { do: 'connect', sessionId, step: 'books', connectionId, provider, ...counted }, alongside }
    },
  }
}

const asAccount = (account: LedgerAccount) => ({
  externalId: account.externalId,
  name: account.name,
  holder: null,
  currency: account.currency,
  sortCode: null,
  accountNumber: account.number,
  iban: null,
  code: account.code,
})
