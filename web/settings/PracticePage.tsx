import '@mantine/core/styles/Switch.css'
import { Switch, TextInput } from '@mantine/core'
import { Select } from '../components/Select.tsx'
import { COUNTRY_CHOICES, CURRENCIES, ZONES } from '../words/regions.ts'
import type { Practice } from './queries.ts'
import { SectionForm } from './SectionForm.tsx'
import { SettingsPage, usePracticeSection } from './usePractice.tsx'

/** Settings for the practice's identity, contact and list of first steps. */
export const PracticePage = () => (
  <SettingsPage title="Practice">
    {(practice) => (
      <>
        <Identity practice={practice} />
        <Contact practice={practice} />
        <Beginning practice={practice} />
      </>
    )}
  </SettingsPage>
)

function Identity({ practice }: { practice: Practice }) {
  const section = usePracticeSection(practice, ({ name, country, timeZone, currency }) => ({
    name,
    country,
    timeZone,
    currency,
  }))
  const { text, choice } = section
  return (
    <SectionForm title="Your practice" text="Clients see the name on every page and email." section={section}>
      <TextInput label="Name" autoComplete="organization" {...text('name')} />
      <Select
        label="Country"
        description="For clients added from now on."
        searchable
        data={COUNTRY_CHOICES}
        {...choice('country')}
      />
      <Select
        label="Time zone"
        description="Every time is shown in it."
        searchable
        data={ZONES}
        {...choice('timeZone')}
      />
      <Select
        label="Currency"
        description="For clients added from now on."
        searchable
        data={CURRENCIES}
        {...choice('currency')}
      />
    </SectionForm>
  )
}

const orNull = (text: string | null): string | null => text?.trim() || null

function Contact({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ notificationEmail, postalAddress, phone, privacyContact }) => ({
      notificationEmail,
      postalAddress,
      phone,
      privacyContact,
    }),
    ({ notificationEmail, postalAddress, phone, privacyContact }) => ({
      notificationEmail: orNull(notificationEmail),
      postalAddress: orNull(postalAddress),
      phone: orNull(phone),
      privacyContact: orNull(privacyContact),
    }),
  )
  const { text } = section
  return (
    <SectionForm title="Where you are reached" section={section}>
      <TextInput
        label="Notification address"
        description="Emails about clients go here where no colleague manages them."
        type="email"
        {...text('notificationEmail')}
      />
      <TextInput
        label="Postal address"
        description="In one line, at the foot of every email to a client."
        {...text('postalAddress')}
      />
      <TextInput
        label="Phone"
        description="Shown on pages where a client may need to call you."
        type="tel"
        {...text('phone')}
      />
      <TextInput
        label="Who answers for personal data"
        description="Named on the privacy page."
        {...text('privacyContact')}
      />
    </SectionForm>
  )
}

function Beginning({ practice }: { practice: Practice }) {
  const section = usePracticeSection(practice, ({ firstStepsHidden }) => ({ firstStepsHidden }))
  return (
    <SectionForm title="Getting started" section={section}>
      <Switch
        label="Show the list of first things to do"
        description="On Clients, for admins, until everything on it is done."
        checked={!section.given.firstStepsHidden}
        onChange={(event) => section.set({ firstStepsHidden: !event.currentTarget.checked })}
      />
    </SectionForm>
  )
}
