import { failedTripOf, type OpenDraft } from '../../../commands/drafts/openDraft.ts'
import type { Tx } from '../../../db/client.ts'
import { mayRevealAddressInUse } from '../../../db/invitations/invitations.ts'
import { holdPracticeCode } from '../../../db/onboardings/organisations.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { type Practice, readPractice } from '../../../db/practices.ts'
import { isSameBusiness } from '../../../domain/connections/matching.ts'
import { listed } from '../../../domain/practice/rightWords.ts'
import { seesAllClients } from '../../../domain/rights.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { nationalNumber } from '../../../providers/phone.ts'
import type { Sealer } from '../../../providers/seal.ts'
import type { Caller } from '../../endpoint.ts'
import type { FieldProblem } from '../../problem.ts'
import { nameSeenBy } from '../../sight.ts'
import { fieldProblems } from '../../validation.ts'
import { emailAddress, mobileNumber, niNumber, postcode } from '../fields.ts'
import { namesakeNotice } from '../onboardings/namesake.ts'
import { type Notice, newOnboardingSchema, noticesOf, SAY_WHICH } from '../onboardings/newOnboarding.ts'

/** A warning about a draft. */
export type DraftNotice = Omit<Notice, 'code'> & {
  code: Notice['code'] | 'differs_from_ledger' | 'not_connected' | 'admins_only'
}

/** The result of checking a draft: errors that prevent its creation, warnings, and the invitation's recipient. */
export type DraftCheck = {
  errors: FieldProblem[]
  notices: DraftNotice[]
  sending: { email: string | null; phone: string | null; until: string } | null
}

type Fields = Record<string, unknown>
const fieldsOf = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {})

/** Parses a value by a schema; returns null for a missing or invalid value. */
function read<T>(schema: { safeParse(value: unknown): { data?: T } }, value: unknown): T | null {
  return value === undefined || value === null ? null : (schema.safeParse(value).data ?? null)
}

/** Returns the owners of the steps, if they were chosen for this client. */
export function stepsOf({ data }: OpenDraft): { bank?: unknown; books?: unknown } | null {
  return data.steps ? fieldsOf(data.steps) : null
}

/**
 * Checks a draft by the rules of its creation, and for fields that only the wizard requires: solutions. Checks each
 * field independently of errors in others.
 */
export async function checkOpenDraft(
  tx: Tx,
  sealer: Sealer,
  caller: Caller,
  draft: OpenDraft,
  now: number,
): Promise<DraftCheck> {
  const practice = await readPractice(tx)
  const organisation = { ...fieldsOf(draft.data.organisation), kind: draft.kind } as Fields
  const body = { ...draft.data, organisation }
  const parsed = newOnboardingSchema.safeParse(body)
  const wrong = parsed.success ? [] : fieldProblems(parsed.error, body)
  const invitation = draft.data.invitation ? fieldsOf(draft.data.invitation) : null
  const errors = [
    ...wrong,
    ...demandsOf(draft, organisation, invitation, practice),
    ...(await takenThings(tx, caller, organisation, invitation)),
  ]
  const sending = invitation && {
    email: read(emailAddress, invitation.email),
    // A request to be let in is sent by email only.
    phone: invitation.asks === true ? null : read(mobileNumber, invitation.phone),
  }
  return {
    errors: errors.filter(
      ({ field, code }, at) => errors.findIndex((one) => one.field === field && one.code === code) === at,
    ),
    notices: [
      ...(await noticesAbout(tx, caller, draft, organisation, sending?.email ?? null)),
      ...(await accessNotice(tx, caller, draft)),
      ...(draft.ledger ? [] : await tripNotice(tx, sealer, caller, draft)),
    ],
    sending: sending && {
      email: sending.email,
      phone: sending.phone && nationalNumber(sending.phone),
      until: new Date(now + practice.inviteExpiryDays * DAY_MS).toISOString(),
    },
  }
}

/** Returns errors that the schema reports only for an otherwise valid draft, and those of the wizard alone. */
function demandsOf(
  { kind }: OpenDraft,
  organisation: Fields,
  invitation: Fields | null,
  practice: Practice,
): FieldProblem[] {
  const found: FieldProblem[] = []
  const demand = (field: string, code: string, message: string) => found.push({ field, code, message })
  const isEmpty = (value: unknown) => !Array.isArray(value) || value.length === 0
  if (kind === 'business') {
    if (organisation.software === 'other' && !organisation.softwareName) {
      demand('organisation.softwareName', 'required', SAY_WHICH)
    }
    if (practice.solutions.length > 0 && isEmpty(organisation.solutions)) {
      demand('organisation.solutions', 'too_few', 'Choose at least one.')
    }
  } else {
    const contact = fieldsOf(organisation.contact)
    if (!contact.name) demand('organisation.contact.name', 'required', 'Enter their name.')
    if (!contact.email) {
      demand('organisation.contact.email', 'required', 'Enter an email address like name@example.com.')
    }
    if (isEmpty(organisation.incomeSources)) {
      demand('organisation.incomeSources', 'too_few', 'Add at least one income source.')
    }
  }
  if (invitation && !invitation.email && !invitation.phone) {
    demand('invitation.email', 'required', 'Enter an email address or a mobile number.')
  }
  return found
}

/** Warns that only some colleagues will see a client without access rules, when other colleagues exist. */
async function accessNotice(tx: Tx, { staff }: Caller, { data }: OpenDraft): Promise<DraftNotice[]> {
  const { everyone, people, teams } = fieldsOf(data.access)
  const isChosen =
    everyone || data.accountManager || [people, teams].some((ids) => Array.isArray(ids) && ids.length > 0)
  if (isChosen) return []
  const colleagues = await readColleagues(tx)
  const seesAll = colleagues.filter(({ role }) => seesAllClients(role))
  const isKeptFrom = colleagues.some(({ userId, role }) => userId !== staff?.userId && !seesAllClients(role))
  if (!isKeptFrom || seesAll.length === 0) return []
  const isAdmin = !staff || seesAll.some(({ userId }) => userId === staff.userId)
  const who = isAdmin ? 'Only admins' : 'Only you and the admins'
  const message = `${who} will see this client: ${listed(seesAll.map(({ name }) => name))}.`
  return [{ code: 'admins_only', field: 'access', message, suggestion: null, client: null }]
}

/** Returns errors for values that are already used: a practice code, or an address on Embark. */
async function takenThings(
  tx: Tx,
  caller: Caller,
  { practiceCode }: Fields,
  invitation: Fields | null,
): Promise<FieldProblem[]> {
  const found: FieldProblem[] = []
  const holder = typeof practiceCode === 'string' ? await holdPracticeCode(tx, practiceCode.trim()) : null
  if (holder) {
    const message = `${String(practiceCode).trim()} is already used by ${await nameSeenBy(tx, caller, holder)}.`
    found.push({ field: 'organisation.practiceCode', code: 'code_taken', message })
  }
  const email = invitation && invitation.existingUser !== true ? read(emailAddress, invitation.email) : null
  if (email && (await mayRevealAddressInUse(tx, email, null))) {
    const message = `${email} already belongs to someone on Embark.`
    found.push({ field: 'invitation.email', code: 'address_in_use', message })
  }
  return found
}

async function noticesAbout(
  tx: Tx,
  caller: Caller,
  { id, ledger }: OpenDraft,
  organisation: Fields,
  invited: string | null,
): Promise<DraftNotice[]> {
  const contact = fieldsOf(organisation.contact)
  const sources = Array.isArray(organisation.incomeSources) ? organisation.incomeSources.map(fieldsOf) : []
  const typed = noticesOf({
    organisation: {
      contact: { email: read(emailAddress, contact.email) },
      postcode: read(postcode, organisation.postcode),
      niNumber: read(niNumber, organisation.niNumber),
      incomeSources: sources.map(({ name }) => ({ name: typeof name === 'string' ? name.trim() : '' })),
    },
    invitation: { email: invited },
  })
  const notices: DraftNotice[] = [...typed]
  const name = typeof organisation.name === 'string' ? organisation.name.trim() : ''
  if (name === '') return notices
  if (ledger && !isSameBusiness(ledger.organisation, name)) {
    const message = `${ledger.label} says "${ledger.organisation}", you say "${name}". Check it is the same business.`
    notices.push({ code: 'differs_from_ledger', field: 'organisation.name', message, suggestion: null, client: null })
  }
  return [...notices, ...(await namesakeNotice(tx, caller, name, id))]
}

/** Warns, right after a failed session, that nothing was connected. */
async function tripNotice(tx: Tx, sealer: Sealer, caller: Caller, { id }: OpenDraft): Promise<DraftNotice[]> {
  const trip = await failedTripOf(tx, sealer, id)
  if (!trip) return []
  const { label, failure, holder } = trip
  const holderName = holder && (await nameSeenBy(tx, caller, holder))
  const because: Record<string, string> = {
    cancelled: `You stopped before finishing at ${label}. Nothing was connected.`,
    nothing_chosen: `No organisation was chosen at ${label}.`,
    refused_us: `${label} refuses Embark at present. Its operator has been told; nothing is wrong with your sign-in.`,
    permission: `${label} didn't allow reading bank accounts. Sign in as someone who may.`,
    already_linked: `This ${label} organisation is already linked to ${holderName ?? 'another client'}. Choose another.`,
  }
  const message = because[failure] ?? `${label} isn't answering. Nothing was connected. Try again.`
  return [{ code: 'not_connected', field: 'draft', message, suggestion: null, client: null }]
}
