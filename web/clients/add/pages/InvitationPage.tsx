import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useEffect } from 'react'
import classes from '../../../components/LongButton.module.css'
import { Select } from '../../../components/Select.tsx'
import { useMe } from '../../../shell/useMe.ts'
import { booksWords } from '../../software/softwareWords.ts'
import type { Steps, Typed } from '../drafts/typed.ts'
import { type Form, focusField, idOf } from '../form.ts'
import { words } from '../words.ts'
import { Field } from './Field.tsx'

const LONGEST_MESSAGE = 500

const BOOKS = Object.entries(words.owners).map(([value, label]) => ({ value, label }))
const BANK = BOOKS.filter(({ value }) => value !== 'practice')

/** The wizard page for recipient, channels and owners of the steps. `onSkip` continues without an invitation. */
export function InvitationPage({ form, onSkip }: { form: Form; onSkip: () => void }) {
  const { typed, set, errorAt, practice, draft } = form
  // A new address resets the answers about an existing user: they were given for the previous address.
  const invite = (changes: Partial<Typed>) => set({ invites: true, existingUser: false, asks: false, ...changes })
  // Runs once, on opening the page: the contact is the most likely recipient.
  useEffect(() => {
    const isEmpty = [typed.inviteName, typed.inviteEmail, typed.invitePhone].every((text) => text === '')
    const { contactName, contactEmail } = typed
    if (typed.invites && isEmpty && contactName) set({ inviteName: contactName, inviteEmail: contactEmail })
  }, [])
  const steps: Steps = typed.steps ?? practice.steps
  const decided = booksWords(draft.ledger, typed, useMe().ledgers)
  const left = LONGEST_MESSAGE - [...typed.message].length
  return (
    <Stack gap="lg">
      <Field
        form={form}
        at="invitation.name"
        label="Name"
        value={typed.inviteName}
        onChange={(inviteName) => set({ invites: true, inviteName })}
        required
      />
      <Text size="sm" c="dimmed">
        At least one of email and mobile.
      </Text>
      <Field
        form={form}
        at="invitation.email"
        label="Email"
        type="email"
        value={typed.inviteEmail}
        onChange={(inviteEmail) => invite({ inviteEmail })}
      />
      <InUse form={form} onSkip={onSkip} />
      <Field
        form={form}
        at="invitation.phone"
        label="Mobile"
        hint="A number from outside the UK starts with +."
        type="tel"
        value={typed.invitePhone}
        onChange={(invitePhone) => set({ invites: true, invitePhone })}
      />
      <Textarea
        id={idOf('invitation.message')}
        label="Personal message"
        description={`Optional, 500 characters. Shown as you write it, without links.${
          left < 100 && left >= 0 ? ` ${left} left.` : ''
        }`}
        value={typed.message}
        onChange={(event) => set({ invites: true, message: event.currentTarget.value })}
        error={errorAt('invitation.message')}
        autosize
        minRows={3}
      />
      <Select
        id={idOf('steps.bank')}
        label="Bank"
        description="The account holder must approve at the bank."
        data={BANK}
        value={steps.bank}
        onChange={(bank) => set({ steps: { ...steps, bank: bank as Steps['bank'] } })}
        error={errorAt('steps.bank')}
      />
      {decided ? (
        <Text size="sm" c="dimmed">
          Books: {decided}
          {draft.ledger && ` (${draft.ledger.organisation})`}.
        </Text>
      ) : (
        <Select
          id={idOf('steps.books')}
          label="Books"
          data={BOOKS}
          value={steps.books}
          onChange={(books) => set({ steps: { ...steps, books: books as Steps['books'] } })}
          error={errorAt('steps.books')}
        />
      )}
    </Stack>
  )
}

/** Offers the ways on when the address belongs to a user of Embark. Never reveals the practice or client where. */
function InUse({ form: { draft, typed, set, isInUse }, onSkip }: { form: Form; onSkip: () => void }) {
  const organisation = (draft.kind === 'business' ? typed.name : typed.contactName).trim() || 'this client'
  const email = typed.inviteEmail.trim()
  if (typed.existingUser && email) {
    return (
      <Text size="sm" role="status">
        {typed.asks ? `${email} is asked to let us in, by email.` : `${email} is invited to ${organisation} too.`}
      </Text>
    )
  }
  if (!isInUse) return null
  return (
    <Alert color="warn" variant="light" role="status">
      {email} already belongs to someone on Embark.
      <Group gap="sm" mt="sm">
        <Button
          variant="default"
          className={classes.long}
          onClick={() => {
            set({ existingUser: true })
            focusField('invitation.phone')
          }}
        >
          Invite them to {organisation} too
        </Button>
        <Button variant="default" onClick={() => focusField('invitation.email')}>
          Use another address
        </Button>
        <Button variant="default" onClick={onSkip}>
          Skip invitation
        </Button>
      </Group>
      <Group gap="sm" mt="sm">
        <span>Do they already keep {organisation} here?</span>
        <Button
          variant="default"
          onClick={() => {
            set({ existingUser: true, asks: true })
            focusField('invitation.name')
          }}
        >
          Ask them to let us in
        </Button>
      </Group>
    </Alert>
  )
}
