import '@mantine/core/styles/NumberInput.css'
import { Button, Checkbox, Group, NumberInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { PreviewKind } from '../../domain/practice/previews.ts'
import { STAGE_DAYS, spreadOver } from '../../domain/reminders.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { LONGEST_PURPOSE, REASONS } from '../../domain/words/sharing.ts'
import { Select } from '../components/Select.tsx'
import { solutionOf } from '../words/solutions.ts'
import { BankAccess, Software } from './Connecting.tsx'
import { Preview } from './preview/Preview.tsx'
import type { Practice } from './queries.ts'
import { ReminderDays } from './ReminderDays.tsx'
import { SectionForm } from './SectionForm.tsx'
import sections from './Settings.module.css'
import { SettingsPage, usePracticeSection } from './usePractice.tsx'

/** Settings for invitations, reminders, steps, stage limits, reasons and solutions. */
export const OnboardingPage = () => (
  <SettingsPage title="Onboarding">
    {(practice) => (
      <>
        <Invitations practice={practice} />
        <Steps practice={practice} />
        <Limits practice={practice} />
        <Reasons practice={practice} />
        <Software practice={practice} />
        <BankAccess practice={practice} />
        <Solutions practice={practice} />
      </>
    )}
  </SettingsPage>
)

/** The props of every field for a number of days. */
const DAYS = { min: 1, allowDecimal: false, hideControls: true }

const days = (value: number | string): number => (typeof value === 'number' ? value : Number.parseInt(value, 10) || 0)

/** Returns the default reminder days within the link's lifetime, all in days. */
const spreadDays = (lifetime: number): number[] =>
  spreadOver(lifetime * DAY_MS).map((after) => Math.max(1, Math.round(after / DAY_MS)))

function Invitations({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ inviteExpiryDays, giveUpDays, tellsExpired, invitedReminderDays, acceptedReminderDays }) => ({
      inviteExpiryDays,
      giveUpDays,
      tellsExpired,
      invitedReminderDays,
      acceptedReminderDays,
    }),
  )
  const { given, set, errorAt, tick } = section
  return (
    <SectionForm title="Invitations" section={section}>
      <NumberInput
        label="Link lifetime, in days"
        description={`Now ${practice.inviteExpiryDays}. Applies to invitations sent from now on.`}
        {...DAYS}
        max={60}
        value={given.inviteExpiryDays || ''}
        onChange={(value) => set({ inviteExpiryDays: days(value) })}
        error={errorAt('inviteExpiryDays')}
      />
      <ReminderDays
        label="Reminders after the invitation"
        usual={spreadDays(given.inviteExpiryDays || practice.inviteExpiryDays)}
        value={given.invitedReminderDays}
        onChange={(invitedReminderDays) => set({ invitedReminderDays })}
        error={errorAt('invitedReminderDays')}
      />
      <ReminderDays
        label="Reminders after accepting"
        usual={STAGE_DAYS}
        value={given.acceptedReminderDays}
        onChange={(acceptedReminderDays) => set({ acceptedReminderDays })}
        error={errorAt('acceptedReminderDays')}
      />
      <Checkbox
        label="Write to the client when the link has expired"
        description="By email, with a way to a new link. For clients added from now on."
        {...tick('tellsExpired')}
      />
      <NumberInput
        label="Close without an answer after, in days"
        description={`Now ${practice.giveUpDays}. Counted from the last thing anybody did for the client.`}
        {...DAYS}
        max={730}
        value={given.giveUpDays || ''}
        onChange={(value) => set({ giveUpDays: days(value) })}
        error={errorAt('giveUpDays')}
      />
    </SectionForm>
  )
}

const CLIENT = { value: 'client', label: 'The client connects it' }
const US = { value: 'practice', label: 'We connect it' }
const SKIP = { value: 'skip', label: 'Not needed' }
const BANK_DONE = [
  { value: 'first_bank', label: 'the first bank is connected' },
  { value: 'client_says', label: 'the client says that’s all' },
]

function Steps({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ steps, bankDoneWhen }) => ({ ...steps, bankDoneWhen }),
    ({ bankDoneWhen, ...steps }) => ({ steps, bankDoneWhen }),
  )
  const { choice } = section
  return (
    <SectionForm
      title="Steps"
      text="For clients added from now on. Each can be changed on the client."
      section={section}
    >
      <Select
        label="Bank"
        description="The account holder must approve at the bank."
        data={[CLIENT, SKIP]}
        {...choice('bank', 'steps.bank')}
      />
      <Select
        label="The Bank step is done when"
        description="Clients added before keep theirs. You can also mark it done for a client."
        data={BANK_DONE}
        {...choice('bankDoneWhen')}
      />
      <Select label="Books" data={[US, CLIENT, SKIP]} {...choice('books', 'steps.books')} />
      <Select
        label="Match accounts"
        description="Not needed where the bank or the books are not connected in Embark."
        data={[{ value: 'practice', label: 'We match them' }, SKIP]}
        {...choice('mapping', 'steps.mapping')}
      />
    </SectionForm>
  )
}

const STAGES = [
  { stage: 'not_invited', label: 'Not invited, in days' },
  { stage: 'invited', label: 'Invited, in days' },
  { stage: 'accepted', label: 'Accepted, in days' },
] as const

function Limits({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ stageLimits }) => stageLimits,
    (stageLimits) => ({ stageLimits }),
  )
  const { given, set, errorAt } = section
  return (
    <SectionForm
      title="Longer than usual"
      text="A client that stays in a stage for longer than this needs attention. Empty goes by what is usual for your clients."
      section={section}
    >
      {STAGES.map(({ stage, label }) => (
        <NumberInput
          key={stage}
          label={label}
          {...DAYS}
          max={365}
          value={given[stage] ?? ''}
          onChange={(value) => set({ [stage]: value === '' ? null : days(value) })}
          error={errorAt(`stageLimits.${stage}`)}
        />
      ))}
    </SectionForm>
  )
}

/** Returns how much room is left in a reason, or how much it is too long. */
function roomIn(text: string): string {
  const left = LONGEST_PURPOSE - [...text.trim()].length
  return left < 0 ? `${-left} characters too many.` : `${left} characters left.`
}

const PRESETS = [
  { label: 'Books', reason: REASONS.books },
  { label: 'Payments', reason: REASONS.payments },
]

function Reasons({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ reasonBank, reasonBooks }) => ({ reasonBank: reasonBank ?? '', reasonBooks: reasonBooks ?? '' }),
    // Unchanged reasons are not sent: an older one may be longer than the API accepts now.
    ({ reasonBank, reasonBooks }) => ({
      ...(reasonBank !== (practice.reasonBank ?? '') && { reasonBank: reasonBank.trim() || null }),
      ...(reasonBooks !== (practice.reasonBooks ?? '') && { reasonBooks: reasonBooks.trim() || null }),
    }),
  )
  const { given, set, text } = section
  const [shown, setShown] = useState<PreviewKind>('invitation')
  const choices = { reasonBank: given.reasonBank.trim() || null, reasonBooks: given.reasonBooks.trim() || null }
  return (
    <div className={sections.beside}>
      <SectionForm title="Why you ask" text="Clients read it before they share anything." section={section}>
        <Textarea
          label="Reason for the bank"
          description={`Begins with To. Empty takes ours: ${REASONS.books} ${roomIn(given.reasonBank)}`}
          autosize
          minRows={2}
          {...text('reasonBank')}
          onFocus={() => setShown('invitation')}
        />
        <Group gap="sm" role="group" aria-label="Our words for the bank">
          {PRESETS.map(({ label, reason }) => (
            <Button key={label} variant="default" size="compact-sm" onClick={() => set({ reasonBank: reason })}>
              {label}
            </Button>
          ))}
        </Group>
        <Textarea
          label="Reason for the books"
          description={`Begins with To. ${roomIn(given.reasonBooks)}`}
          autosize
          minRows={2}
          {...text('reasonBooks')}
          onFocus={() => setShown('books_left')}
        />
      </SectionForm>
      <Preview kind={shown} choices={choices} isBeside />
    </div>
  )
}

function Solutions({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ solutions }) => ({ text: solutions.map(solutionOf).join('\n') }),
    ({ text }) => {
      // An unchanged line keeps its stored value, which clients already refer to.
      const kept = new Map(practice.solutions.map((one) => [solutionOf(one), one]))
      const lines = text.split('\n').filter((one) => one.trim())
      return { solutions: lines.map((one) => kept.get(one.trim()) ?? one) }
    },
  )
  const { text, problem } = section
  const error = problem?.fields.find(({ field }) => field.startsWith('solutions'))?.message
  return (
    <SectionForm title="Solutions" text="What you may do for a client, to choose from." section={section}>
      <Textarea label="Solutions" description="One a line." autosize minRows={3} {...text('text')} error={error} />
    </SectionForm>
  )
}
