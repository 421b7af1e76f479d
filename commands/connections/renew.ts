import { randomBytes, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { isMapped } from '../../db/connections/living.ts'
import { insertConfirmationNote, type Renewable, readRenewable, writeRenewed } from '../../db/connections/renewals.ts'
import { readPagePractice } from '../../db/connections/sessionPage.ts'
import {
  type AuthSession,
  moveSession,
  moveToFailed,
  writeDeparture,
  writeExternalId,
  writeRenews,
} from '../../db/connections/sessions.ts'
import { readInvitation } from '../../db/invitations/invitations.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { Agreement } from '../../domain/commands.ts'
import { confirmationKey } from '../../domain/decide/renewal.ts'
import { type Actor, CONSENT_WORDING, FOR_CLIENT_WORDING } from '../../domain/events.ts'
import { type AgreedBy, type Allowing, isToConfirm, renewalWay, renewedUntil } from '../../domain/renewal.ts'
import { type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'
import { sha256 } from '../invitations/linkTokens.ts'
import { connectionAccess, reasonOf } from './bankAccess.ts'
import type { BankResult } from './bankSession.ts'
import type { Providers } from './sessionOwner.ts'
import { bankRequest } from './sessions.ts'

/** A client's yes to a consent, as its page showed it: the connection and the end of its access. */
export type Yes = { connectionId: string; shownUntil: Instant | null }

/** A colleague's word that the client agreed: how, on which day (`2026-03-03`), and what they noted. */
export type ClientAgreed = { how: AgreedBy; agreedOn: string; note: string | null }

/** `again`: answered meanwhile. `visit`, `reconnect`: it needs an approval at the provider first. */
export type Confirmed = 'confirmed' | 'again' | 'visit' | 'reconnect' | 'refused'

/** The time for which a visit to the provider is waited for. */
const VISIT_MS = 60 * MINUTE_MS

/** Confirms a consent where a yes on our page is enough. Two answers to one page confirm it once. */
export async function confirmConsent(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  yes: Yes,
): Promise<Confirmed> {
  const outcome = await execute<Confirmed>(commands, target, {
    actor,
    prepare: async (tx) => {
      const consent = await readAnswered(tx, target, yes)
      if (!consent) return { answer: 'again' }
      const way = wayOf(providers, consent)
      return way === 'confirm' ? confirming(tx, providers, target, consent, consent.endsThere) : { answer: way }
    },
  })
  if (typeof outcome === 'string') return outcome
  return outcome.result === 'changed' ? 'confirmed' : 'refused'
}

/**
 * Confirms a consent for a client who told a colleague that they agree; `isOn` is the practice's choice. The client gets a
 * message about it. The caller has checked the colleague's right.
 */
export function confirmForClient(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  connectionId: string,
  { isOn, how, agreedOn, note }: ClientAgreed & { isOn: boolean },
): Promise<Outcome> {
  return execute<{ result: 'not_found' }>(commands, target, {
    actor,
    prepare: async (tx, { facts }) => {
      const consent = await readRenewable(tx, connectionId)
      if (consent?.onboardingId !== target.onboardingId) return { answer: { result: 'not_found' } }
      const allowing = allowingOf(providers, consent, isOn)
      const { command, alongside } = await confirming(tx, providers, target, consent, consent.endsThere)
      const key = confirmationKey(facts, connectionId)
      return {
        command: { ...command, wording: FOR_CLIENT_WORDING, forClient: { how, agreedOn, allowing } },
        alongside: async () => {
          await alongside()
          if (note !== null) await insertConfirmationNote(tx, target.practiceId, target.onboardingId, key, note)
        },
      }
    },
  })
}

/** Returns what allows a colleague to confirm a consent for its client. */
export const allowingOf = (providers: Pick<Providers, 'banks'>, consent: Renewable, isOn: boolean): Allowing => ({
  isOn,
  isDue: isToConfirm(consent, consent.now),
  way: wayOf(providers, consent),
})

/** Returns the end that a yes would give a consent now. */
export const untilOf = (providers: Pick<Providers, 'banks'>, consent: Renewable): Instant =>
  agreementOf(providers, consent, consent.endsThere).until

const wayOf = ({ banks }: Pick<Providers, 'banks'>, consent: Renewable) =>
  renewalWay(banks.find(consent.provider)?.renewal ?? 'new_connection', consent)

/** Reads the consent that a page showed; null if it is another client's, or was answered since. */
async function readAnswered(tx: Tx, { onboardingId }: Target, { connectionId, shownUntil }: Yes) {
  const consent = await readRenewable(tx, connectionId)
  return consent?.onboardingId === onboardingId && consent.accessUntil === shownUntil ? consent : null
}

const agreementOf = (
  { banks }: Pick<Providers, 'banks'>,
  consent: Renewable,
  endsThere: Instant | null,
): Agreement => ({
  connectionId: consent.id,
  accounts: consent.accounts,
  until: renewedUntil(consent.now, banks.find(consent.provider)?.accessDays ?? 0, endsThere),
  wording: CONSENT_WORDING,
})

async function confirming(
  tx: Tx,
  providers: Providers,
  { onboardingId }: Target,
  consent: Renewable,
  endsThere: Instant | null,
) {
  const isLost = consent.state === 'lost'
  const agreement = agreementOf(providers, consent, endsThere)
  return {
    command: { do: 'confirm_renewal' as const, isLost, isMapped: await isMapped(tx, onboardingId), ...agreement },
    alongside: async () => {
      await writeRenewed(tx, consent.id, agreement.until, endsThere)
      if (isLost) await writeStepError(tx, onboardingId, 'bank', null)
    },
  }
}

/** Records the yes to a consent that a new connection is about to renew. */
export async function agreeToReconnect(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  yes: Yes,
): Promise<void> {
  await execute<null>(commands, target, {
    actor,
    prepare: async (tx) => {
      const consent = await readAnswered(tx, target, yes)
      if (!consent) return null
      const agreement = agreementOf(providers, consent, null)
      return { command: { do: 'start_renewal', sessionId: randomUUID(), ...agreement } }
    },
  })
}

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
  const departed = await execute<null, { consent: Renewable; practiceName: string; invitation: Invited }>(
    commands,
    target,
    {
      actor,
      prepare: async (tx, { now }) => {
        const consent = await readAnswered(tx, target, yes)
        if (!consent) return { answer: null }
        const [practice, invitation] = await Promise.all([readPagePractice(tx), readInvitation(tx, onboardingId)])
        const { provider, institution, institutionName } = consent
        const agreement = agreementOf(providers, consent, null)
        return {
          command: { do: 'start_renewal', sessionId, ...agreement },
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
                expiresAt: now + VISIT_MS,
                nextPollAt: null,
                verifierSealed: null,
              },
            )
            await writeRenews(tx, sessionId, consent.id, yes.shownUntil)
            return { consent, practiceName: practice?.name ?? '', invitation }
          },
        }
      },
    },
  )
  if (departed === null || departed.result !== 'changed') return { result: 'again' }
  const { consent, practiceName, invitation } = departed.written
  const bank = providers.banks.find(consent.provider)
  try {
    if (!bank?.update) throw new ProviderFailure(consent.provider, 'ended', 'This provider renews nothing.')
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
 * Asks the provider how a visit ended and records a confirmation. Whatever else came of it, the connection stays as it
 * is. Repeating it changes nothing. Throws ProviderFailure if the provider cannot be asked.
 */
export async function settleRenewal(
  commands: Commands,
  providers: Providers,
  target: Target,
  session: AuthSession & { renews: string },
): Promise<BankResult> {
  const bank = providers.banks.of(session.provider)
  const outcome = session.externalId === null ? 'pending' : await bank.update?.outcome(session.externalId)
  if (outcome === undefined || outcome === 'pending') return { is: 'waiting', repeated: false }
  if (outcome !== 'done') {
    const reason = reasonOf(outcome)
    await endVisit(commands, target, session, reason, outcome.reason)
    return { is: 'failed', reason, words: outcome.reason, repeated: false }
  }
  const yes = { connectionId: session.renews, shownUntil: session.renewsFrom }
  const consent = await commands.db.inPractice(target.practiceId, (tx) => readAnswered(tx, target, yes))
  const status = consent && (await bank.status(connectionAccess(providers.sealer, consent), null))
  if (status?.state !== 'authorised') return { is: consent ? 'waiting' : 'ended', repeated: false }
  const confirmed = await execute<null>(commands, target, {
    actor: { type: 'client', id: session.linkId },
    prepare: async (tx, { now }) => {
      const standing = await readAnswered(tx, target, yes)
      if (!standing || !(await moveSession(tx, session.id, ['pending'], 'done', now))) return { answer: null }
      return confirming(tx, providers, target, standing, status.accessUntil?.getTime() ?? null)
    },
  })
  return { is: confirmed !== null && confirmed.result === 'changed' ? 'connected' : 'ended', repeated: false }
}

/** Ends a visit without a result. */
const endVisit = (
  { db }: Commands,
  { practiceId }: Target,
  { id }: Pick<AuthSession, 'id'>,
  family: Parameters<typeof moveToFailed>[2]['family'],
  reason: string,
): Promise<boolean> => db.inPractice(practiceId, (tx) => moveToFailed(tx, id, { family, reason }, Date.now()))
