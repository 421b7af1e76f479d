import { setTimeout as sleep } from 'node:timers/promises'
import type postgres from 'postgres'
import { type Access, findStrangeTeams, writeAccess } from '../db/access.ts'
import type { Tx } from '../db/client.ts'
import { countAddressUse, isAddressInUse } from '../db/invitations/invitations.ts'
import { insertNotices } from '../db/notices/notices.ts'
import { readFacts } from '../db/onboardings/facts.ts'
import { insertOnboarding, type NewStep } from '../db/onboardings/onboardings.ts'
import { insertOrganisation, type NewOrganisation } from '../db/onboardings/organisationDetails.ts'
import { holdPracticeCode } from '../db/onboardings/organisations.ts'
import { insertEvent, type Recipient } from '../db/onboardings/writes.ts'
import { findStrangers, hasColleagues } from '../db/people/members.ts'
import { lockNextAllowed } from '../db/practiceLimit.ts'
import { readPractice } from '../db/practices.ts'
import { SOFTWARE, type Used, wayOf } from '../domain/connections/ledgers.ts'
import type { Actor } from '../domain/events.ts'
import { kindsIn } from '../domain/fields/kinds.ts'
import { assignedTo } from '../domain/practice/notices.ts'
import type { Refusal } from '../domain/refusals.ts'
import type { Channel, Way } from '../domain/situation.ts'
import { type Adoption, adoptDraft, type DraftStanding, takeDraft } from './drafts/adoptDraft.ts'
import { type Commands, executeIn, resettle, SIGNAL_PATIENCE_MS, type Unit } from './execute.ts'

type Steps = { bank: 'client' | 'skip'; books: 'practice' | 'client' | 'skip'; mapping: 'practice' | 'skip' }

export type NewOnboarding = {
  /** Null country and currency take the practice's. */
  organisation: Omit<NewOrganisation, 'country' | 'currency'> & { country: string | null; currency: string | null }
  /** `asks`: asks to be let in instead of inviting. */
  invitation: (Recipient & { channels: Channel[]; asks?: boolean }) | null
  /** Null takes the practice's defaults. */
  steps: Steps | null
  /** The ledgers that can be connected here, by name. */
  connectable: readonly string[]
  /** The account manager and the access rules; null if none were chosen. */
  managerId: string | null
  access: Access | null
}

/** Thrown if a limit refuses the new client's invitation. Nothing is created. */
export class CreationRefused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** A refusal that depends on the practice's own data, with its field. */
export type CreateRefusal =
  | { code: 'code_taken'; field: 'organisation.practiceCode'; by: { id: string; name: string } }
  | { code: 'self_employed_uk_only'; field: 'organisation.kind' }
  | { code: 'unknown_solution'; field: 'organisation.solutions' }
  | { code: 'draft_gone'; field: 'draft' }
  | { code: 'unknown_team'; field: 'access.teams' }
  | { code: 'unknown_person'; field: 'access.people' | 'accountManager' }
  | { code: 'already_linked'; field: 'draft'; by: { id: string; name: string }; organisation: string }

export type Created =
  | { result: 'created' | 'repeated'; response: postgres.JSONValue }
  | { result: 'refused'; refusal: CreateRefusal }

/**
 * Creates the organisation and its onboarding, invites at once if asked, and starts the workflow. The row is written
 * even if the engine is away. `respond` makes the answer inside the transaction. `adoption` names the draft that
 * becomes this client, with its connections; a draft becomes one client however often it is sent.
 */
export async function createOnboarding(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  input: NewOnboarding,
  respond: (tx: Tx, onboardingId: string) => Promise<postgres.JSONValue>,
  adoption: Adoption | null = null,
): Promise<Created> {
  const create = async (tx: Tx): Promise<Created & { started?: { id: string; seq: number } }> => {
    // The start of the workflow replaces the signals, so they are not sent.
    const unit: Unit = { tx, signals: new Map() }
    const draft = adoption && (await takeDraft(tx, adoption))
    if (draft?.is === 'became') {
      return { result: 'repeated', response: await respond(tx, draft.onboardingId) }
    }
    const practice = await readPractice(tx)
    const organisation = {
      ...input.organisation,
      ...(draft?.is === 'open' && draft.held && connectedSoftware(draft.held.session.provider)),
      country: input.organisation.country ?? practice.country,
      currency: input.organisation.currency ?? practice.currency,
    }
    const stranger = await refuseStrangers(tx, input)
    const refusal =
      stranger ?? draftRefusal(draft) ?? (await refuse(tx, organisation, practice.country, practice.solutions))
    if (refusal) return { result: 'refused', refusal }

    const { managerId, access } = input
    const organisationId = await insertOrganisation(tx, practiceId, { ...organisation, managerId })
    if (access) await writeAccess(tx, practiceId, organisationId, access)
    const { inviteExpiryDays: windowDays, giveUpDays, tellsExpired, bankDoneWhen } = practice
    const reminderDays = { invited: practice.invitedReminderDays, accepted: practice.acceptedReminderDays }
    const policy = { windowDays, giveUpDays, tellsExpired, reminderDays, bankDoneWhen }
    const { defaultBank: bank, defaultBooks: books, defaultMapping: mapping } = practice
    const wanted = input.steps ?? { bank, books, mapping }
    const steps = stepsOf(wanted, wayOf(organisation.software, input.connectable))
    const { id, createdAt } = await insertOnboarding(tx, practiceId, organisationId, policy, steps)
    const nothingToDo = [
      ...(kindsIn(practice.country).length > 1 ? [] : ['kind']),
      ...(practice.solutions.length === 0 ? ['solutions'] : []),
      ...(access === null && !(await hasColleagues(tx)) ? ['access'] : []),
    ]
    const data = {
      kind: organisation.kind,
      solutions: organisation.solutions,
      // The values at creation: reports read them, and events of later edits hold no values.
      country: organisation.country,
      software: organisation.software,
      manager: managerId,
      teams: access?.teams ?? [],
      skipsInvitation: input.invitation === null,
      skipsAccess: access === null,
      // The choices that did not exist and so were skipped: the kind of client, solutions, access.
      nothingToDo,
    }
    await Promise.all([
      insertEvent(tx, practiceId, id, 1, { kind: 'created', key: '', data }, actor, createdAt),
      managerId === null ? null : insertNotices(tx, id, 1, assignedTo(managerId), actor),
    ])
    if (input.invitation) {
      const { channels, asks = false, ...recipient } = input.invitation
      const addresses = [recipient.email, recipient.phone].filter((address) => address !== null)
      const addressUse = await countAddressUse(tx, addresses)
      const target = { practiceId, onboardingId: id }
      const known = !asks || recipient.email === null || (await isAddressInUse(tx, recipient.email, organisationId))
      const nextAllowed = await lockNextAllowed(tx)
      const command = {
        do: 'invite',
        requestId: id,
        channels,
        addressUse,
        nextAllowed,
        by: 'staff',
        asks,
        known,
      } as const
      const outcome = await executeIn(unit, target, { actor, command, recipient })
      if (outcome.result === 'refused') throw new CreationRefused(outcome.refusal)
    } else {
      const locked = await readFacts(tx, id)
      if (locked) await resettle(unit, locked)
    }
    if (adoption && draft?.is === 'open') {
      await adoptDraft(unit, adoption, { practiceId, onboardingId: id }, draft, wanted.books !== 'skip')
    }
    const seq = (await readFacts(tx, id))?.facts.seq ?? 1
    return { result: 'created', response: await respond(tx, id), started: { id, seq } }
  }
  const { started, ...created } = await commands.db.inPractice(practiceId, create, 'one')
  if (started) await startSoon(commands, practiceId, started)
  return created
}

/** Returns the software of a client whose ledger was connected while it was typed. */
const connectedSoftware = (provider: string): Used => ({
  software: SOFTWARE.find((one) => one === provider) ?? 'unknown',
  softwareName: null,
})

function draftRefusal(draft: DraftStanding | null): CreateRefusal | null {
  if (draft?.is === 'gone') return { code: 'draft_gone', field: 'draft' }
  if (draft?.is !== 'linked') return null
  return { code: 'already_linked', field: 'draft', by: draft.by, organisation: draft.organisation }
}

async function refuse(
  tx: Tx,
  organisation: NewOrganisation,
  practiceCountry: string,
  offered: string[],
): Promise<CreateRefusal | null> {
  if ([practiceCountry, organisation.country].some((country) => !kindsIn(country).includes(organisation.kind))) {
    return { code: 'self_employed_uk_only', field: 'organisation.kind' }
  }
  if (organisation.solutions.some((solution) => !offered.includes(solution))) {
    return { code: 'unknown_solution', field: 'organisation.solutions' }
  }
  if (organisation.practiceCode === null) return null
  const holder = await holdPracticeCode(tx, organisation.practiceCode)
  return holder ? { code: 'code_taken', field: 'organisation.practiceCode', by: holder } : null
}

/** Refuses a team, colleague or account manager that does not belong to the practice. */
async function refuseStrangers(tx: Tx, { access, managerId }: NewOnboarding): Promise<CreateRefusal | null> {
  if (access && (await findStrangeTeams(tx, access.teams)).length > 0) {
    return { code: 'unknown_team', field: 'access.teams' }
  }
  const chosen = [...(access?.people ?? []), ...(managerId === null ? [] : [managerId])]
  const strangers = await findStrangers(tx, chosen)
  if (strangers.length === 0) return null
  const field = managerId !== null && strangers.includes(managerId) ? 'accountManager' : 'access.people'
  return { code: 'unknown_person', field }
}

/**
 * Returns the steps of a new onboarding. Books are skipped for a client without software. Mapping is skipped if bank or
 * books is, and for books that the practice sets up by hand.
 */
function stepsOf({ bank, books, mapping }: Steps, way: Way): NewStep[] {
  const isWithoutBooks = books === 'skip' || way === 'none'
  const nothingToMatch = bank === 'skip' || isWithoutBooks || way === 'by_hand'
  return [
    { kind: 'bank', owner: 'client', skippedBecause: bank === 'skip' ? 'not_needed' : null },
    {
      kind: 'books',
      owner: books === 'client' && way !== 'by_hand' ? 'client' : 'practice',
      skippedBecause: isWithoutBooks ? 'not_needed' : null,
      way,
    },
    {
      kind: 'mapping',
      owner: 'practice',
      skippedBecause: mapping === 'skip' ? 'not_needed' : nothingToMatch ? 'nothing_to_do' : null,
    },
  ]
}

/** Starts the workflow after the commit and waits only a moment; the reconciler starts what fails. */
async function startSoon(
  { db, engine, onSignalFailed }: Commands,
  practiceId: string,
  { id: onboardingId, seq }: { id: string; seq: number },
) {
  await db.afterCommit(async () => {
    const starting = engine
      .start(practiceId, onboardingId, 1, null, null)
      .then(() => db.stamps.add({ practiceId, onboardingId, run: 1, seq }))
      .catch((error) => onSignalFailed?.(onboardingId, error))
    await Promise.race([starting, sleep(SIGNAL_PATIENCE_MS, undefined, { ref: false })])
  })
}
