import type { Tx } from '../../../db/client.ts'
import { isMapped } from '../../../db/connections/living.ts'
import {
  insertConfirmationNote,
  type Renewable,
  readRenewable,
  writeRenewed,
} from '../../../db/connections/renewals.ts'
import { writeStepError } from '../../../db/onboardings/onboardings.ts'
import type { Agreement } from '../../../domain/commands.ts'
import {
  type AgreedBy,
  type Allowing,
  isToConfirm,
  renewalWay,
  renewedUntil,
} from '../../../domain/connections/renewal.ts'
import { confirmationKey } from '../../../domain/decide/renewal.ts'
import { type Actor, CONSENT_WORDING, FOR_CLIENT_WORDING } from '../../../domain/events.ts'
import type { Instant } from '../../../domain/situation.ts'
import { type Commands, execute, type Outcome, type Target } from '../../execute.ts'
import type { Providers } from '../sessionOwner.ts'

/** A client's yes to a consent, as its page showed it: the connection and the end of its access. */
export type Yes = { connectionId: string; shownUntil: Instant | null }

/** A colleague's word that the client agreed: how, on which day (`2026-03-03`), and what they noted. */
export type ClientAgreed = { how: AgreedBy; agreedOn: string; note: string | null }

/** `again`: answered meanwhile. `visit`, `reconnect`: it needs an approval at the provider first. */
export type Confirmed = 'confirmed' | 'again' | 'visit' | 'reconnect' | 'refused'

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
export async function readAnswered(tx: Tx, { onboardingId }: Target, { connectionId, shownUntil }: Yes) {
  const consent = await readRenewable(tx, connectionId)
  return consent?.onboardingId === onboardingId && consent.accessUntil === shownUntil ? consent : null
}

export const agreementOf = (
  { banks }: Pick<Providers, 'banks'>,
  consent: Renewable,
  endsThere: Instant | null,
): Agreement => ({
  connectionId: consent.id,
  accounts: consent.accounts,
  until: renewedUntil(consent.now, banks.find(consent.provider)?.accessDays ?? 0, endsThere),
  wording: CONSENT_WORDING,
})

export async function confirming(
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

/** Records the yes to a consent that a new connection is about to renew, with the session that goes for it. */
export async function agreeToReconnect(
  commands: Commands,
  providers: Providers,
  target: Target,
  actor: Actor,
  yes: Yes,
  sessionId: string,
): Promise<void> {
  await execute<null>(commands, target, {
    actor,
    prepare: async (tx) => {
      const consent = await readAnswered(tx, target, yes)
      if (!consent) return null
      const agreement = agreementOf(providers, consent, null)
      return { command: { do: 'start_renewal', sessionId, isVisit: false, ...agreement } }
    },
  })
}
