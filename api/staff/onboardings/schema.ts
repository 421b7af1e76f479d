import { z } from 'zod'
import { ASK_STATES } from '../../../domain/connections/bankAsks.ts'
import { CONNECTION_HEALTHS } from '../../../domain/connections/connectionLife.ts'
import { CONSENT_SITUATIONS } from '../../../domain/connections/consents.ts'
import { LEDGERS, SOFTWARE } from '../../../domain/connections/ledgers.ts'
import { STEP_VERBS } from '../../../domain/decide/verbs.ts'
import { BLOCKERS, MOVES, NEXT_KINDS } from '../../../domain/describe.ts'
import { KINDS } from '../../../domain/fields/kinds.ts'
import { MESSAGE_STATES } from '../../../domain/messageFacts.ts'
import { VERBS } from '../../../domain/refusals.ts'
import { HEALTHS } from '../../../domain/rows/attention.ts'
import { DELIVERIES } from '../../../domain/rows/deliveryWord.ts'
import { NEXT_ACTIONS } from '../../../domain/rows/nextAction.ts'
import { PROGRESSES } from '../../../domain/rows/progress.ts'
import { STATUSES, STEP_KINDS, WAYS } from '../../../domain/situation.ts'
import { clientText, countryText, currencyText, incomeSourceText, ledgerText, solutionText } from '../texts.ts'
import { onboardingExample } from './example.ts'

const text = z.string().nullable()
/** An instant in answers: UTC with milliseconds. */
export const instant = z.iso.datetime().meta({ example: '2026-03-10T14:02:00.000Z' })
const instantOrNull = instant.nullable()

const statusSchema = z.enum(STATUSES).meta({ id: 'Status' })
const moveSchema = z.enum(MOVES).meta({ id: 'Move', description: 'Whose move it is; `us` is Embark itself.' })
const blockerSchema = z.enum(BLOCKERS).meta({ id: 'BlockedBy', description: 'What is waited for.' })
const channelSchema = z.enum(['email', 'sms', 'link'])

const coming = z.array(z.object({ what: z.enum(NEXT_KINDS), at: instant })).max(2)
const stepOfSituation = z
  .enum(STEP_KINDS)
  .nullable()
  .meta({ description: 'The step that is waited for, if it is one.' })
const health = z.enum(HEALTHS).nullable().meta({ description: 'Null while all is well.' })
const action = z.object({ do: z.enum(NEXT_ACTIONS), label: z.string().meta({ example: 'Resend' }) }).nullable()

const alsoOpen = z
  .object({
    blockedBy: blockerSchema,
    move: moveSchema,
    step: stepOfSituation,
    sentence: z.string().meta({ example: `Connect ${LEDGERS[0].label}` }),
    health,
    action: action.meta({ description: 'What staff would do about it; null where there is nothing to press.' }),
    since: instant,
    next: coming,
  })
  .meta({ id: 'AlsoOpen' })

const situation = z
  .object({
    stage: statusSchema,
    blockedBy: blockerSchema.nullable(),
    move: moveSchema
      .nullable()
      .meta({ description: 'Null when finished, and while a completed client’s connections work.' }),
    sentence: z.string().meta({ example: 'Jo to accept' }),
    step: stepOfSituation,
    health,
    needsAttention: z.boolean().meta({
      description:
        'Staff have to put something right, in what leads or in what is also open, or it takes longer than usual.',
    }),
    longerThanUsual: z
      .object({ since: instant, over: z.enum(['usual', 'limit']), ms: z.number() })
      .nullable()
      .meta({
        description:
          'It stands in its stage since then, which is longer than nine in ten of the last 90 days took, or than the practice allows: `ms`.',
      }),
    since: instant,
    next: coming,
    also: z.array(alsoOpen).max(2).meta({
      description:
        'What else is open, the most pressing first: what needs staff, a step in trouble, the practice’s, the client’s.',
    }),
  })
  .meta({ id: 'Situation', description: 'What blocks it, whose move, since when, and what happens next by itself.' })

/** A client's business in answers. */
export const organisationAnswer = z.object({
  id: z.uuid(),
  reference: text.meta({ description: 'The client reference; null for a moment after creation. Never changes.' }),
  name: clientText,
  kind: z.enum(KINDS),
  practiceCode: text,
  industry: text,
  software: z.enum(SOFTWARE).meta({ description: 'What the client keeps its books in.' }),
  softwareName: text.meta({ description: 'The name of `other` software.' }),
  solutions: z.array(solutionText),
  country: countryText,
  currency: currencyText,
  companiesHouseNumber: text,
  contact: z.object({ name: text, email: text, phone: text }).nullable(),
  niNumberMasked: text.meta({ example: '•• •• •4 56 C' }),
  postcode: text,
  intakeAddress: text,
  ledgerName: text.meta({ description: 'What the connected ledger calls the business.' }),
})

const step = z.object({
  kind: z.enum(STEP_KINDS),
  owner: z.enum(['client', 'practice']),
  required: z.boolean(),
  state: z.enum(['open', 'done', 'skipped']),
  progress: z.enum(PROGRESSES).meta({ description: 'How far it is, in one word.' }),
  phase: text.meta({ description: 'Where an open step under way stands.' }),
  way: z.enum(WAYS).meta({
    description:
      'How the books are set up, by the software: connected here, by hand, to be found out first, or not needed. Of other steps always `connect`.',
  }),
  startedAt: instantOrNull,
  doneAt: instantOrNull,
  skippedAt: instantOrNull,
  skippedBecause: z.enum(['nothing_to_do', 'not_needed', 'other']).nullable(),
  failedAt: instantOrNull,
  reason: text.meta({ description: 'Why the last attempt failed.' }),
})

const awaitedBank = z.object({
  id: z.uuid(),
  bank: text.meta({ description: 'Its name; null where the client chooses.' }),
  state: z.enum(ASK_STATES),
  askedAt: instant,
  closedAt: instantOrNull.meta({ description: 'When it was connected, marked done or not needed.' }),
  downSince: instantOrNull.meta({
    description:
      'While it is open: since when the bank has been failing the clients of many practices. Nobody is reminded of it meanwhile.',
  }),
})

const invitation = z.object({
  generation: z.int(),
  name: text,
  email: text,
  phone: text,
  channels: z.array(channelSchema),
  asks: z.boolean().meta({ description: 'It asks to be let in: they keep the business on Embark already.' }),
  delivery: z
    .array(z.object({ channel: channelSchema, state: z.enum(DELIVERIES), at: instant }))
    .meta({ description: 'How far it came, by channel: what needs staff first, then the furthest.' }),
  expiresAt: instantOrNull,
  acceptedAt: instantOrNull,
  acceptedThrough: channelSchema.nullable(),
})

/** An onboarding in lists. */
export const summarySchema = z
  .object({
    id: z.uuid(),
    status: statusSchema,
    situation,
    action: action.meta({ description: 'The one thing staff would do next; null where there is nothing to press.' }),
    allowed: z.array(z.enum(VERBS)).meta({ description: 'What may be asked for as it stands now.' }),
    organisation: organisationAnswer,
    accountManager: z.object({ id: z.uuid() }).nullable(),
    ledger: ledgerText.nullable().meta({ description: 'The ledger that is connected.' }),
    bank: text.meta({ description: 'The first of the banks that are connected.' }),
    banks: z.array(z.string()).meta({ description: 'The banks that are connected, also those whose access ended.' }),
    teams: z.array(z.uuid()).meta({ description: 'The teams that may see it by a rule of their own.' }),
    steps: z.array(step),
    awaitedBanks: z.array(awaitedBank).meta({
      description: 'Banks beside the first that completion waits for, or waited for, as further rows of the steps.',
    }),
    unmatched: z.int().meta({ description: 'Bank accounts still to be matched.' }),
    invitation: invitation.nullable(),
    linkDays: z.number().meta({ description: 'How many days a link works that is sent now.' }),
    snoozedUntil: instantOrNull,
    createdAt: instant,
    completedAt: instantOrNull,
    updatedAt: instant,
  })
  .meta({ id: 'OnboardingSummary', example: onboardingExample })

const account = z.object({
  id: z.uuid(),
  name: z.string().meta({ example: 'Business current account' }),
  holder: text,
  currency: text,
  sortCode: text,
  numberEnding: text.meta({ description: 'The last four digits of the account number.' }),
  code: text,
})

const connection = z.object({
  id: z.uuid(),
  kind: z.enum(['bank', 'books']),
  provider: ledgerText,
  state: z.enum(['connected', 'lost']),
  institution: text.meta({ description: 'The bank, or the organisation in the ledger.' }),
  connectedAt: instant,
  connectedBy: text.meta({ description: 'Who connected it, as far as that is known by name.' }),
  accessUntil: instantOrNull,
  lastError: text,
  health: z.enum(CONNECTION_HEALTHS).meta({
    description: 'What the last look found; `unanswered`: the provider did not answer, and is asked again.',
  }),
  healthSince: instant,
  checkedAt: instant.meta({ description: 'When it was looked at last.' }),
  downSince: instantOrNull.meta({
    description:
      'Since when its bank has been failing the clients of many practices. Nobody is asked to go there meanwhile.',
  }),
  consent: z
    .object({ is: z.enum(CONSENT_SITUATIONS), endsAt: instantOrNull, askedAt: instantOrNull })
    .nullable()
    .meta({ description: 'What the client allowed at the bank; null for a ledger.' }),
  signIn: z.object({ id: z.uuid(), by: text, clients: z.int() }).nullable().meta({
    description:
      'The sign-in through which a ledger is read, the colleague whose it is, and how many clients are read.',
  }),
  accounts: z.array(account),
  missing: z.array(account).meta({
    description:
      'Accounts of a bank that were shared and cannot be seen any more, until somebody says that they are closed.',
  }),
  closed: z.array(account.extend({ isSeenAgain: z.boolean() })).meta({
    description:
      'Accounts of a bank that a colleague said are closed. `isSeenAgain`: the bank shows it all the same; it is read again once it is reopened.',
  }),
})

const stoppedBank = z.object({ id: z.uuid(), institution: text, stoppedAt: instant })

/** A whole onboarding. */
export const onboardingSchema = summarySchema
  .extend({
    alsoOpen: z.int().meta({ description: 'Other steps that somebody could work on now.' }),
    organisation: organisationAnswer.extend({
      isNamedDifferently: z.boolean().meta({ description: 'The ledger’s name looks like another business.' }),
      incomeSources: z.array(z.object({ name: incomeSourceText, type: z.enum(['self_employment', 'uk_property']) })),
    }),
    steps: z.array(
      step.extend({
        since: instant.meta({ description: 'Since when its owner could have done it.' }),
        allowed: z.array(z.enum(STEP_VERBS)).meta({ description: 'What may be asked for about it now.' }),
        skipReason: text,
        lastError: text,
        evidence: text,
      }),
    ),
    awaitedBanks: z.array(
      awaitedBank.extend({
        allowed: z.array(z.enum(ASK_STATES)).meta({ description: 'The states that it may be given now.' }),
      }),
    ),
    invitation: invitation
      .extend({
        message: text,
        firstInvitedAt: instantOrNull.meta({ description: 'When the client was first invited.' }),
        opened: z.int().meta({ description: 'How often its links were opened, mail scanners included.' }),
        deliveries: z.array(
          z.object({
            id: z.uuid(),
            generation: z.int().meta({ description: 'Which invitation it was sent for.' }),
            channel: z.enum(['email', 'sms']),
            purpose: z.string().meta({ example: 'invitation' }),
            state: z.enum(MESSAGE_STATES),
            delivery: z.enum(DELIVERIES).meta({ description: 'The state in one word, as lists show it.' }),
            lacksReceipt: z.boolean().meta({
              description: 'A text that was sent more than a day ago, and of which no report says that it arrived.',
            }),
            at: instant,
            reason: text,
            address: text,
          }),
        ),
      })
      .nullable(),
    connections: z.array(connection),
    stoppedBanks: z
      .array(stoppedBank)
      .meta({ description: 'Banks that the client stopped sharing and has not shared again.' }),
    mapping: z.array(z.object({ bankAccount: z.uuid(), ledgerAccount: z.uuid().nullable() })),
    suggestions: z
      .array(
        z.object({
          bankAccount: z.uuid(),
          ledgerAccount: z.uuid().nullable(),
          because: z.enum(['number', 'name']).nullable(),
        }),
      )
      .nullable()
      .meta({ description: 'Which accounts most likely belong together; null until bank and books are connected.' }),
    nextTouches: z
      .array(
        z.object({
          at: instant,
          to: z.enum(['client', 'staff']),
          n: z.int().meta({ description: 'Its number in its series, from 1.' }),
          last: z.boolean().meta({ description: 'Whether it is the last of its series.' }),
        }),
      )
      .max(3),
    undoUntil: instantOrNull.meta({ description: 'Until when a cancellation can be undone.' }),
    cancelledAt: instantOrNull,
    declinedAt: instantOrNull,
    cancelReason: text,
    declineReason: text,
    declineNote: text,
  })
  .meta({ id: 'Onboarding', example: onboardingExample })

export type Summary = z.infer<typeof summarySchema>
export type Onboarding = z.infer<typeof onboardingSchema>
