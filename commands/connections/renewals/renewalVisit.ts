import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../../db/client.ts'
import { insertAccounts } from '../../../db/connections/connections.ts'
import { readKnownAccounts, writeAccountChange } from '../../../db/connections/missingAccounts.ts'
import type { Renewable } from '../../../db/connections/renewals.ts'
import { readPagePractice } from '../../../db/connections/sessionPage.ts'
import {
  type AuthSession,
  moveSession,
  moveToFailed,
  writeDeparture,
  writeExternalId,
  writeRenews,
} from '../../../db/connections/sessions.ts'
import { readInvitation } from '../../../db/invitations/invitations.ts'
import { lockFacts } from '../../../db/onboardings/facts.ts'
import { accountChange } from '../../../domain/connections/severalBanks.ts'
import type { Actor } from '../../../domain/events.ts'
import type { Instant } from '../../../domain/situation.ts'
import type { BankAccount, BankConnector } from '../../../providers/bank/bank.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import { type Commands, execute, resettle, type Target, transact } from '../../execute.ts'
import { sha256 } from '../../invitations/linkTokens.ts'
import { connectionAccess, reasonOf } from '../banks/bankAccess.ts'
import type { BankResult } from '../banks/bankSession.ts'
import { BANK_SESSION_MS, mayPoll, nextPollAt } from '../polling.ts'
import type { Providers } from '../sessionOwner.ts'
import { bankRequest } from '../sessions.ts'
import { agreementOf, confirming, readAnswered, type Yes } from './renew.ts'

/** `not_started`: the provider could not be reached, or only a new connection helps. Nothing has changed then. */
export type RenewalDeparture = { result: 'departed'; redirectUrl: string } | { result: 'again' | 'not_started' }

/**
 * Records the yes and sets out for the provider, whose page keeps the connection. Until the person is back with its
 * approval, the connection stays as it is. `browser` is the secret in the browser's cookie.
 */
export async function departRenewal(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  yes: Yes,
  browser: string,
): Promise<RenewalDeparture> {
  const { practiceId, onboardingId } = target
  const [sessionId, state] = [randomUUID(), randomBytes(24).toString('base64url')]
  const departed = await execute<
    null,
    { consent: Renewable; bank: BankConnector; practiceName: string; invitation: Invited }
  >(commands, target, {
    actor,
    prepare: async (tx, { now }) => {
      const consent = await readAnswered(tx, target, yes)
      const bank = consent && providers.banks.find(consent.provider)
      if (!consent || !bank) return { answer: null }
      const [practice, invitation] = await Promise.all([readPagePractice(tx), readInvitation(tx, onboardingId)])
      const { provider, institution, institutionName } = consent
      const agreement = agreementOf(providers, consent, null)
      return {
        command: { do: 'start_renewal', sessionId, isVisit: true, ...agreement },
        movesSessions: true,
        alongside: async () => {
          const session = { id: sessionId, onboardingId, draftId: null, step: 'bank' as const, provider }
          const from = { institution, institutionName, openedBy: 'client' as const, linkId: actor.id }
          await writeDeparture(
            tx,
            practiceId,
            { ...session, ...from },
            {
              now,
              stateSha256: sha256(state),
              browserSha256: sha256(browser),
              expiresAt: now + BANK_SESSION_MS,
              nextPollAt: nextPollAt(bank, now + BANK_SESSION_MS, now),
              verifierSealed: null,
            },
          )
          await writeRenews(tx, sessionId, consent.id, yes.shownUntil)
          return { consent, bank, practiceName: practice?.name ?? '', invitation }
        },
      }
    },
  })
  if (departed === null || departed.result !== 'changed') return { result: 'again' }
  const { consent, bank, practiceName, invitation } = departed.written
  try {
    if (!bank.update) throw new ProviderFailure(consent.provider, 'ended', 'This provider renews nothing.')
    const request = bankRequest(providers, bank, { id: sessionId, institution: consent.institution }, state, {
      onboardingId,
      practiceName,
      invitation,
    })
    const { externalId, redirectUrl } = await bank.update.start(request, connectionAccess(providers.sealer, consent))
    await commands.db.inPractice(practiceId, (tx) => writeExternalId(tx, sessionId, externalId))
    return { result: 'departed', redirectUrl }
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    await endVisit(commands, target, { id: sessionId }, 'unavailable', error.message)
    return { result: 'not_started' }
  }
}

type Invited = Awaited<ReturnType<typeof readInvitation>>

/**
 * Asks the provider how a visit ended and records a confirmation, for a person who returned or, `isPoll`, without one: the
 * yes was given before the departure. Whatever else came of it, the connection stays as it is. Repeating it changes
 * nothing. Throws ProviderFailure if the provider cannot be asked.
 */
export async function settleRenewal(
  commands: Commands,
  providers: Providers,
  target: Target,
  session: AuthSession & { renews: string },
  { isPoll, isOver }: { isPoll: boolean; isOver: boolean },
): Promise<BankResult> {
  const bank = providers.banks.of(session.provider)
  if (isPoll && !isOver && !(await mayPoll(commands, bank, target, session))) return WAITING
  const unanswered = async () => {
    if (!isOver) return WAITING
    await endVisit(commands, target, session, 'cancelled', NOBODY_CAME)
    return { is: 'failed', reason: 'cancelled', words: NOBODY_CAME, repeated: false } as const
  }
  /** A provider that does not answer a poll is asked again by the next one. */
  const asked = <T>(answer: Promise<T>) => (isPoll ? answer.catch(unlessAway) : answer)
  const outcome = session.externalId !== null && bank.update && (await asked(bank.update.outcome(session.externalId)))
  if (!outcome || outcome === 'pending') return unanswered()
  if (outcome !== 'done') {
    const reason = reasonOf(outcome)
    await endVisit(commands, target, session, reason, outcome.reason)
    return { is: 'failed', reason, words: outcome.reason, repeated: false }
  }
  const yes = { connectionId: session.renews, shownUntil: session.renewsFrom }
  const consent = await commands.db.inPractice(target.practiceId, (tx) => readAnswered(tx, target, yes))
  const status = consent && (await asked(bank.status(connectionAccess(providers.sealer, consent), null)))
  if (!consent) {
    await endVisit(commands, target, session, 'cancelled', 'It was answered in another way.')
    return { is: 'ended', repeated: false }
  }
  if (status?.state !== 'authorised') return unanswered()
  const confirmed = await execute<null>(commands, target, {
    actor: { type: 'client', id: session.linkId },
    prepare: async (tx, { now }) => {
      const standing = await readAnswered(tx, target, yes)
      if (!standing || !(await moveSession(tx, session.id, ['pending'], 'done', now))) return { answer: null }
      const { change, accounts, write } = await accountsAfter(tx, target, standing, status.accounts)
      const there = status.accessUntil?.getTime() ?? null
      const { command, alongside } = await confirming(tx, providers, target, { ...standing, accounts }, there)
      return {
        command: { ...command, changed: { added: change.added.length, missing: change.missing.length } },
        alongside: async () => {
          await alongside()
          await write(now)
        },
        movesSessions: true,
      }
    },
  })
  return { is: confirmed !== null && confirmed.result === 'changed' ? 'connected' : 'ended', repeated: false }
}

/** Returns what a visit changed in the accounts of a consent, the ids that are shared then, and the write of both. */
async function accountsAfter(tx: Tx, { practiceId }: Target, { id }: Renewable, shared: readonly BankAccount[]) {
  const arriving = shared.map((one) => ({ ...one, id: randomUUID(), code: null }))
  const known = await readKnownAccounts(tx, id)
  const found = accountChange(known, arriving)
  // One that was missing before is not told again.
  const missing = found.missing.filter((one) => known.some((account) => account.id === one && !account.isMissing))
  const accounts = [...found.kept, ...found.added].map((one) => one.id).sort()
  const write = async (now: Instant) => {
    await writeAccountChange(tx, found, now)
    await insertAccounts(tx, practiceId, id, found.added)
  }
  return { change: { ...found, missing }, accounts, write }
}

const WAITING = { is: 'waiting', repeated: false } as const

/** Returns null for a provider that cannot be asked; throws any other error. */
function unlessAway(error: unknown): null {
  if (error instanceof ProviderFailure) return null
  throw error
}

const NOBODY_CAME = 'Nobody came back from the bank.'

/** Ends a visit without a result. It is polled no more. */
const endVisit = (
  commands: Commands,
  target: Target,
  { id }: Pick<AuthSession, 'id'>,
  family: Parameters<typeof moveToFailed>[2]['family'],
  reason: string,
): Promise<void> =>
  transact(commands, target.practiceId, async (unit) => {
    const before = await lockFacts(unit.tx, target.onboardingId)
    if (!before) return
    await moveToFailed(unit.tx, id, { family, reason }, before.now)
    await resettle(unit, before, target.run !== undefined)
  })
