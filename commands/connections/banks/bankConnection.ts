import { randomUUID } from 'node:crypto'
import { deleteMatches, moveMatches, readSharedBanks } from '../../../db/connections/banks.ts'
import { type Connection, insertConnection } from '../../../db/connections/connections.ts'
import { moveMissing } from '../../../db/connections/missingAccounts.ts'
import { type AuthSession, moveSession, readSession } from '../../../db/connections/sessions.ts'
import { readOrganisationId, writeStepError } from '../../../db/onboardings/onboardings.ts'
import { arrivalOf, isOneMore, type SharedBank } from '../../../domain/connections/severalBanks.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import type { BankSessionStatus } from '../../../providers/bank/bank.ts'
import type { Execution, Target } from '../../execute.ts'
import type { Providers } from '../sessionOwner.ts'
import { sealSecret, sessionAccess } from './bankAccess.ts'

type Read = { standing: AuthSession | null; shared: SharedBank[] }

/**
 * Returns the execution that connects an authorised bank. It replaces what it holds anew, with its matches, and returns
 * the connections that it replaced. `mayStore`: false if the session waits for a confirmation. The answer is why nothing
 * is stored: `moved` with the session as another request left it.
 */
export function bankConnection(
  providers: Providers,
  target: Target,
  session: AuthSession,
  { accounts, accessUntil, institution }: Extract<BankSessionStatus, { state: 'authorised' }>,
  mayStore: (standing: AuthSession) => boolean,
): Execution<{ moved: AuthSession | null }, Connection[], Read> {
  const connectionId = randomUUID()
  const { accessDays, label } = providers.banks.of(session.provider)
  return {
    actor: { type: 'client', id: session.linkId },
    read: async (tx) => {
      const [standing, shared] = await Promise.all([
        readSession(tx, session.id),
        readSharedBanks(tx, target.onboardingId),
      ])
      return { standing, shared }
    },
    prepare: async (tx, { now, facts }, { standing, shared }) => {
      // Another request or browser may have moved the session meanwhile.
      if (standing?.status !== 'pending' || !mayStore(standing)) return { answer: { moved: standing } }
      const { id: sessionId, provider } = session
      const access = sessionAccess(providers.sealer, standing) ?? { externalId: '', secret: null }
      const promised = now + accessDays * DAY_MS
      const arriving = {
        institution: session.institution,
        // A bank that was chosen at a provider which does not tell its name has none of its own.
        institutionName: session.institutionName ?? institution ?? label,
        accounts: accounts.map((one) => ({ ...one, id: randomUUID(), code: null })),
      }
      const { others, replaces, kept, matchedBefore: matched, added, missing, isMatched } = arrivalOf(shared, arriving)
      return {
        command: {
          do: 'connect',
          sessionId,
          step: 'bank',
          connectionId,
          provider,
          accounts: accounts.length,
          bank: { institution: arriving.institution, institutionName: arriving.institutionName },
          others,
          isMatched,
          ...(replaces.length > 0 && {
            reconnected: {
              kept: kept.length,
              matched,
              added,
              ...(missing.length > 0 && { missing: missing.length }),
            },
          }),
        },
        alongside: async () => {
          await moveSession(tx, session.id, ['pending'], 'done', now)
          await writeStepError(tx, target.onboardingId, 'bank', null)
          const connection = {
            id: connectionId,
            onboardingId: target.onboardingId,
            organisationId: await readOrganisationId(tx, target.onboardingId),
            sessionId: session.id,
            kind: 'bank' as const,
            provider: session.provider,
            institution: arriving.institution,
            institutionName: arriving.institutionName,
            externalId: access.externalId,
            tenantId: null,
            tenantName: null,
            signInId: null,
            secretSealed: sealSecret(providers.sealer, connectionId, access),
            // The client agreed to the days of the consent; the provider may end the access earlier.
            endsThere: accessUntil,
            accessUntil: Math.min(accessUntil?.getTime() ?? promised, promised),
            replaces,
          }
          const replaced = await insertConnection(tx, target.practiceId, connection, arriving.accounts, now)
          await moveMissing(tx, missing, connectionId, now)
          await moveMatches(tx, kept)
          await deleteMatches(tx, replaces)
          return replaced
        },
        // One more bank leaves other sessions at banks alone.
        ...(isOneMore(facts, 'bank') && { movesSessions: true as const }),
      }
    },
  }
}
