import { randomUUID } from 'node:crypto'
import { failing } from '../../commands/connections/onboardingOwner.ts'
import { saveMapping } from '../../commands/connections/saveMapping.ts'
import { execute } from '../../commands/execute.ts'
import { accept as acceptLink } from '../../commands/invitations/accept.ts'
import { decline as declineLink } from '../../commands/invitations/decline.ts'
import { link } from '../../commands/invitations/link.ts'
import { readSharedBanks } from '../../db/connections/banks.ts'
import { insertConnection, readAccounts, readStanding } from '../../db/connections/connections.ts'
import { insertSession, moveSession } from '../../db/connections/sessions.ts'
import { readOrganisationId, writeCancelReason, writeStepError } from '../../db/onboardings/onboardings.ts'
import { writeLedgerName } from '../../db/onboardings/organisations.ts'
import type { DeclineReason } from '../../domain/commands.ts'
import { type Channel, DAY_MS, type Instant, type StepReason } from '../../domain/situation.ts'
import type { Account, Bank } from './accounts.ts'
import { BLANKS } from './blanks.ts'
import type { Life } from './life.ts'

// The single acts of people and providers in a life. Each returns true if the rules allow it, or the created session,
// or null.

/** A session at a bank or a ledger. */
export type Trip = { id: string; step: 'bank' | 'books'; provider: string; by: 'client' | 'practice'; of: Bank }

export const XERO: Bank = { id: 'xero', name: 'Xero' }
const ACCESS_MS = 90 * DAY_MS

/** The practice invites, or invites again; with `bounces` the first message comes back. */
export function invite(life: Life, channels: Channel[], bounces = false): Promise<boolean> {
  life.nextDelivery = bounces ? 'bounced' : 'delivered'
  const by = { addressUse: 0, nextAllowed: null, by: 'staff' } as const
  const { isByStaff, contact } = life.script
  const recipient = contact && { ...contact, message: null, inviterName: isByStaff ? BLANKS.inviter : null }
  return life.do({ command: { do: 'invite', requestId: randomUUID(), channels, ...by }, recipient })
}

/** The client accepts by the link of this channel; `bankId` is the bank chosen with it. */
export async function accept(life: Life, channel: Channel, bankId: string | null): Promise<boolean> {
  if (life.facts.instants.invited === null || life.facts.instants.accepted !== null) return false
  const linkId = await life.link(channel)
  return life.run((commands, target) => acceptLink(commands, target, linkId, bankId))
}

/** The client declines on their page. */
export async function decline(life: Life, reason: DeclineReason, note: string | null): Promise<boolean> {
  const { invitation } = life.facts
  if (invitation === null) return false
  const actor = { type: 'client', id: await life.link(invitation.channels[0] ?? 'email') } as const
  return life.run((commands, target) => declineLink(commands, target, actor, randomUUID(), reason, note))
}

/** A colleague cancels the onboarding. */
export const cancel = (life: Life, reason: string): Promise<boolean> =>
  life.do({
    command: { do: 'cancel', requestId: randomUUID() },
    alongside: (tx) => writeCancelReason(tx, life.target.onboardingId, reason),
  })

export const snooze = (life: Life, until: Instant): Promise<boolean> =>
  life.do({ command: { do: 'snooze', requestId: randomUUID(), until } })

/** Starts a session at a bank or the ledger. Returns null when the rules refuse it. */
export async function setOut(life: Life, step: Trip['step'], by: Trip['by'], of: Bank): Promise<Trip | null> {
  const { practiceId, onboardingId } = life.target
  const trip = { id: randomUUID(), step, provider: step === 'bank' ? 'truelayer' : 'xero', by, of }
  const { id, provider } = trip
  const linkId = by === 'client' ? (life.facts.invitation?.acceptedLinkId ?? null) : null
  const session = { id, onboardingId, draftId: null, step, provider, openedBy: by, linkId }
  const institution = { institution: of.id, institutionName: of.name }
  const starts = await life.do({
    actor: by === 'client' ? life.client : life.staff,
    command: { do: 'start_session', sessionId: id, step, provider, institution: step === 'bank' ? of.id : null },
    alongside: (tx, now) => insertSession(tx, practiceId, { ...session, ...institution }, now, now + DAY_MS),
  })
  return starts ? trip : null
}

/** The bank reports that it has not decided yet. */
export const wait = (life: Life, { id, step, provider }: Trip, phase: 'processing' | 'signatory'): Promise<boolean> =>
  life.do({
    actor: { type: 'provider', id: provider },
    command: { do: 'await_provider', sessionId: id, step, phase },
  })

/** The session ends without a connection. */
export const fail = (life: Life, trip: Trip, reason: StepReason, words: string | null): Promise<boolean> =>
  life.run((commands, target) => execute(commands, target, failing(target, trip, reason, words)))

/** The bank works again, as other clients have shown: the client is asked back, unless they came by themselves. */
export const askBack = (life: Life, { id }: Trip): Promise<boolean> =>
  life.do({
    actor: { type: 'system', id: null },
    command: { do: 'bank_back', sessionId: id },
    alongside: (tx) => writeStepError(tx, life.target.onboardingId, 'bank', null),
  })

/** The session ends with accounts and, for a ledger, the organisation's name there. */
export async function connect(
  life: Life,
  { id: sessionId, step, provider, by, of }: Trip,
  accounts: Account[],
  tenantName: string | null,
): Promise<boolean> {
  const { practiceId, onboardingId } = life.target
  const connectionId = randomUUID()
  return life.run((commands, target) =>
    execute(commands, target, {
      actor: by === 'client' ? life.client : life.staff,
      prepare: async (tx, { now }) => {
        if (!(await moveSession(tx, sessionId, ['pending'], 'exchanging', now))) return null
        const command = { do: 'connect', sessionId, step, connectionId, provider, accounts: accounts.length } as const
        const alongside = async () => {
          await moveSession(tx, sessionId, ['failed', 'exchanging'], 'done', now)
          await writeStepError(tx, onboardingId, step, null)
          if (tenantName !== null) await writeLedgerName(tx, onboardingId, tenantName)
          const connection = {
            id: connectionId,
            onboardingId,
            organisationId: await readOrganisationId(tx, onboardingId),
            sessionId,
            kind: step,
            provider,
            institution: of.id,
            institutionName: of.name,
            externalId: randomUUID(),
            tenantId: tenantName === null ? null : randomUUID(),
            tenantName,
            signInId: null,
            secretSealed: null,
            accessUntil: step === 'bank' ? now + ACCESS_MS : null,
          }
          const kept = accounts.map((account) => ({ ...account, currency: 'GBP', iban: null }))
          const replaces = step === 'bank' ? (await readSharedBanks(tx, onboardingId)).map((one) => one.id) : []
          await insertConnection(tx, practiceId, { ...connection, replaces }, kept, now)
        }
        return { command, alongside }
      },
    }),
  )
}

/** A colleague asks for one more bank by mail, which completion waits for. */
export async function askForBank(life: Life, { id: institution, name: institutionName }: Bank): Promise<void> {
  const asks = { bank: { institution, institutionName }, isAwaited: true }
  await life.run((commands, target) => link(commands, target, life.staff, randomUUID(), 'email', asks))
}

/** A colleague matches bank and ledger accounts in order. Accounts for which `unlike` is true get no match. */
export async function match(life: Life, unlike: () => boolean = () => false): Promise<boolean> {
  const { practiceId, onboardingId } = life.target
  const [bank = [], books = []] = await life.commands.db.inPractice(practiceId, async (tx) => {
    const standing = await readStanding(tx, onboardingId)
    const accounts = await readAccounts(
      tx,
      standing.map(({ id }) => id),
    )
    // Ids are in the order of insertion.
    const inOrder = accounts.sort((a, b) => (a.id < b.id ? -1 : 1))
    return ['bank', 'books'].map((kind) =>
      inOrder.filter(({ connectionId }) => standing.some((one) => one.kind === kind && one.id === connectionId)),
    )
  })
  const matches = bank.map(({ id }, i) => ({
    bankAccount: id,
    ledgerAccount: unlike() ? null : (books[i]?.id ?? null),
  }))
  return life.run((commands, target) => saveMapping(commands, target, life.staff, randomUUID(), matches))
}
