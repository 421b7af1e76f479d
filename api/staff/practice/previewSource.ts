import { z } from 'zod'
import { readMailContext } from '../../../db/invitations/mailContext.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { type Practice, type PracticeChoices, readPractice } from '../../../db/practices.ts'
import { firstName, type Person } from '../../../domain/fields/person.ts'
import { PREVIEW_FORMS, PREVIEWS, type PreviewForm, type PreviewKind } from '../../../domain/practice/previews.ts'
import { DAY_MS, HOUR_MS, type Instant, stateOf, stepOf } from '../../../domain/situation.ts'
import type { BankChoice, LedgerTile } from '../../../pages/client/view.ts'
import type { BankAsk } from '../../../pages/consent.ts'
import { createOffers } from '../../client/offer.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { demandSightOf } from '../../sight.ts'
import { problem } from '../fields.ts'
import { practiceChange } from './change.ts'

const kinds = Object.keys(PREVIEWS) as [PreviewKind, ...PreviewKind[]]

/** The message to preview, and its client; null uses an invented client. */
export const previewBody = z.strictObject({
  kind: z.enum(kinds),
  onboardingId: z.uuid().nullable().default(null),
})

/** The same with one of its forms, and settings that are not saved yet. */
export const formBody = previewBody
  .extend({
    form: z.enum(PREVIEW_FORMS),
    choices: practiceChange
      .pick({
        name: true,
        senderName: true,
        replyTo: true,
        brandColour: true,
        reasonBank: true,
        reasonBooks: true,
        setupGuide: true,
      })
      .default({}),
  })
  .superRefine(({ kind, form }, context) => {
    if (!(PREVIEWS[kind] as readonly string[]).includes(form)) {
      problem(context, 'no_such_form', `Choose one of: ${PREVIEWS[kind].join(', ')}.`, ['form'])
    }
  })
  .meta({ example: { kind: 'invitation', form: 'mail', choices: { brandColour: '#0E4F4A' } } })

/** The content of a message, before it is put into a form. */
export type PreviewSource = {
  practice: Practice
  organisation: string
  /** Set for a self-employed client. */
  person: Person | null
  payments: boolean
  inviter: string | null
  contact: { first: string; email: string; last3: string | null }
  message: string | null
  /** True if the client connects the bank, and the books. */
  asksBank: boolean
  asksBooks: boolean
  now: Instant
  expiresAt: Instant
  acceptedAt: Instant
  expiredAt: Instant
  bankName: string
  ask: BankAsk
  choice: BankChoice
  ledgers: readonly LedgerTile[]
  publicUrl: string
  /** The path of a link that opens nothing. */
  base: string
}

/** A placeholder with the length of a link's token. */
const NO_TOKEN = 'example-of-your-link--'

export const SAMPLE = { organisation: 'Harbour Bakery Ltd', first: 'Jo', email: 'jo@harbour.example', last3: '456' }

/**
 * Reads the content of a client's messages, with the practice's settings or the given ones. Throws 404 for an unknown
 * client. `given` is the known data of a client that is not created yet.
 */
export async function readPreviewSource(
  deps: Dependencies,
  caller: Caller,
  { onboardingId, form, choices }: { onboardingId: string | null; form: PreviewForm; choices: PracticeChoices },
  given: Partial<PreviewSource> | null = null,
): Promise<PreviewSource> {
  if (onboardingId !== null) await demandSightOf(deps, caller, 'onboarding', onboardingId)
  const offers = createOffers(deps)
  const [{ saved, client }, offer] = await Promise.all([
    deps.db.inPractice(caller.practiceId, async (tx) => ({
      saved: await readPractice(tx),
      client: onboardingId === null ? given : await readClient(tx, onboardingId),
    })),
    // Only a page lists banks, so only then the provider is called.
    offers.offer(caller.practiceId, form === 'page' ? { q: null, all: false, suggested: null, business: true } : null),
  ])
  const practice = { ...saved, ...choices }
  const now = Date.now()
  const { choice, ledgers } = offer
  const usual = choice.by === 'tiles' ? choice.tiles[0]?.name : undefined
  const { label: name, legalName, registrationNumber: reference, accessDays } = deps.bank
  return {
    organisation: SAMPLE.organisation,
    person: null,
    payments: false,
    contact: SAMPLE,
    inviter: caller.staff?.name ?? null,
    message: null,
    asksBank: practice.defaultBank === 'client',
    asksBooks: practice.defaultBooks === 'client',
    expiresAt: now + practice.inviteExpiryDays * DAY_MS,
    acceptedAt: now - 26 * HOUR_MS,
    ...client,
    practice,
    now,
    expiredAt: now - 2 * HOUR_MS,
    bankName: client?.bankName ?? usual ?? 'Lloyds Bank',
    ask: {
      scopes: ['info', 'accounts'],
      transactionMonths: null,
      accessUntil: now + accessDays * DAY_MS,
      connector: { name, legalName, reference },
    },
    choice,
    ledgers,
    publicUrl: deps.publicUrl,
    base: `/j/${NO_TOKEN}`,
  }
}

/** Reads a client's data; missing values come from the invented client. */
async function readClient(tx: Parameters<typeof readFacts>[0], onboardingId: string) {
  const locked = await readFacts(tx, onboardingId)
  if (locked === null) throw notFound()
  const { facts, now } = locked
  const { organisation, person, payments, contactName, invitation, bank } = await readMailContext(tx, onboardingId)
  const theirs = (kind: 'bank' | 'books') => {
    const step = stepOf(facts, kind)
    return step.owner === 'client' && stateOf(step) !== 'skipped'
  }
  const first = firstName(invitation?.name ?? contactName)
  const isOpen = facts.expiresAt !== null && facts.expiresAt > now
  return {
    organisation,
    person,
    payments,
    contact: {
      first: first || SAMPLE.first,
      email: invitation?.email ?? SAMPLE.email,
      last3: invitation?.channels.includes('sms') ? (invitation.phone?.slice(-3) ?? null) : null,
    },
    ...(invitation && { inviter: invitation.inviterName, message: invitation.message }),
    asksBank: theirs('bank'),
    asksBooks: theirs('books'),
    ...(isOpen && facts.expiresAt !== null && { expiresAt: facts.expiresAt }),
    ...(facts.instants.accepted !== null && { acceptedAt: facts.instants.accepted }),
    ...(bank && { bankName: bank.name }),
  }
}
