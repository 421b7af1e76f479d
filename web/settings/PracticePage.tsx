import '@mantine/core/styles/Switch.css'
import { Switch, TextInput } from '@mantine/core'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Select } from '../components/Select.tsx'
import { COUNTRY_CHOICES, CURRENCIES, ZONES } from '../words/regions.ts'
import type { Practice } from './queries.ts'
import { SectionForm } from './SectionForm.tsx'
import { usePracticeSection, WithPractice } from './usePractice.tsx'

/** Settings for the practice's identity, contact and list of first steps. */
export function PracticePage() {
  return (
    <>
      <PageTitle title="Practice" tab="Practice · Settings" />
      <WithPractice>
        {(practice) => (
          <>
            <Identity practice={practice} />
            <Contact practice={practice} />
            <Beginning practice={practice} />
          </>
        )}
      </WithPractice>
    </>
  )
}

function Identity({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ name, country, timeZone, currency }) => ({ name, country, timeZone, currency }),
    (given) => given,
  )
  const { given, set, errorAt } = section
  return (
    <SectionForm title="Your practice" text="Clients see the name on every page and email." section={section}>
      <TextInput
        label="Name"
        autoComplete="organization"
        value={given.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={errorAt('name')}
      />
      <Select
        label="Country"
        description="For clients added from now on."
        searchable
        allowDeselect={false}
        data={COUNTRY_CHOICES}
        value={given.country}
        onChange={(country) => country && set({ country })}
        error={errorAt('country')}
      />
      <Select
        label="Time zone"
        description="Every time is shown in it."
        searchable
        allowDeselect={false}
        data={ZONES}
        value={given.timeZone}
        onChange={(timeZone) => timeZone && set({ timeZone })}
        error={errorAt('timeZone')}
      />
      <Select
        label="Currency"
        description="For clients added from now on."
        searchable
        allowDeselect={false}
        data={CURRENCIES}
        value={given.currency}
        onChange={(currency) => currency && set({ currency })}
        error={errorAt('currency')}
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
  const { given, set, errorAt } = section
  return (
    <SectionForm title="Where you are reached" section={section}>
      <TextInput
        label="Notification address"
        description="Emails about clients go here where no colleague manages them."
        type="email"
        value={given.notificationEmail ?? ''}
        onChange={(event) => set({ notificationEmail: event.currentTarget.value })}
        error={errorAt('notificationEmail')}
      />
      <TextInput
        label="Postal address"
        description="In one line, at the foot of every email to a client."
        value={given.postalAddress ?? ''}
        onChange={(event) => set({ postalAddress: event.currentTarget.value })}
        error={errorAt('postalAddress')}
      />
      <TextInput
        label="Phone"
        description="Shown on pages where a client may need to call you."
        type="tel"
        value={given.phone ?? ''}
        onChange={(event) => set({ phone: event.currentTarget.value })}
        error={errorAt('phone')}
      />
      <TextInput
        label="Who answers for personal data"
        description="Named on the privacy page."
        value={given.privacyContact ?? ''}
        onChange={(event) => set({ privacyContact: event.currentTarget.value })}
        error={errorAt('privacyContact')}
      />
    </SectionForm>
  )
}

function Beginning({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ firstStepsHidden }) => ({ firstStepsHidden }),
    (given) => given,
  )
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
