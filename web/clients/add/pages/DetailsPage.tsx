import { Stack, TextInput } from '@mantine/core'
import { useEffect } from 'react'
import { offeredIndustry } from '../../../../domain/fields/industries.ts'
import { Select } from '../../../components/Select.tsx'
import { COUNTRY_CHOICES, CURRENCIES } from '../../../words/regions.ts'
import { INDUSTRY_CHOICES, OTHER } from '../../settings/details.ts'
import { type Form, idOf } from '../form.ts'
import { words } from '../words.ts'
import { CompanyField } from './CompanyField.tsx'
import { Field, Notices } from './Field.tsx'

/** The wizard page for the details of a business or of a self-employed person. */
export function DetailsPage({ form }: { form: Form }) {
  return <Stack gap="lg">{form.draft.kind === 'business' ? <Business form={form} /> : <Person form={form} />}</Stack>
}

function Business({ form }: { form: Form }) {
  const { typed, set, errorAt, practice, draft } = form
  const { ledger } = draft
  const called = ledger?.organisation ?? ''
  // Runs once, on opening the page, so that a name cleared on purpose stays empty.
  useEffect(() => {
    if (called && typed.name.trim() === '') set({ name: called })
  }, [])
  return (
    <>
      <div>
        <CompanyField
          id={idOf('organisation.name')}
          label="Business name"
          required
          description={`${words.nameHint}${ledger ? ` ${ledger.label} calls it “${ledger.organisation}”.` : ''}`}
          value={typed.name}
          onType={(name) => set({ name })}
          onChoose={({ name, number }) => set({ name, companiesHouseNumber: number })}
          error={errorAt('organisation.name')}
          looksUp={practice.country === 'GB'}
        />
        <Notices form={form} at="organisation.name" />
      </div>
      <PracticeCode form={form} />
      <Field
        form={form}
        at="organisation.companiesHouseNumber"
        label="Companies House number"
        hint="Optional. For example 01234567 or SC123456. Not your client reference."
        value={typed.companiesHouseNumber}
        onChange={(companiesHouseNumber) => set({ companiesHouseNumber })}
      />
      <Industry form={form} />
      <Select
        id={idOf('organisation.country')}
        label="Country"
        description="From your practice’s settings."
        searchable
        data={COUNTRY_CHOICES}
        value={typed.country || practice.country}
        onChange={(country) => set({ country: country === practice.country ? '' : (country ?? '') })}
        error={errorAt('organisation.country')}
      />
      <Select
        id={idOf('organisation.currency')}
        label="Currency"
        description="From your practice’s settings."
        searchable
        data={CURRENCIES}
        value={typed.currency || practice.currency}
        onChange={(currency) => set({ currency: currency === practice.currency ? '' : (currency ?? '') })}
        error={errorAt('organisation.currency')}
      />
    </>
  )
}

/** Selects an industry from the list, or `Other` with a text of one's own. */
function Industry({ form: { typed, set, errorAt } }: { form: Form }) {
  const at = 'organisation.industry'
  const offered = offeredIndustry(typed.industry)
  const isOther = typed.industry !== '' && offered === null
  return (
    <>
      <Select
        id={isOther ? undefined : idOf(at)}
        label="Industry"
        description="Optional."
        placeholder="Choose"
        data={INDUSTRY_CHOICES}
        value={isOther ? OTHER : offered}
        onChange={(industry) => set({ industry: industry ?? '' })}
        error={isOther ? undefined : errorAt(at)}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear industry' }}
      />
      {isOther && (
        <TextInput
          id={idOf(at)}
          label="Which industry"
          value={typed.industry === OTHER ? '' : typed.industry}
          onChange={(event) => set({ industry: event.currentTarget.value || OTHER })}
          error={errorAt(at)}
          autoComplete="off"
        />
      )}
    </>
  )
}

function Person({ form }: { form: Form }) {
  const { typed, set } = form
  return (
    <>
      <Field
        form={form}
        at="organisation.contact.name"
        label="Full name"
        value={typed.contactName}
        onChange={(contactName) => set({ contactName })}
        required
      />
      <Field
        form={form}
        at="organisation.contact.email"
        label="Email"
        hint="For contact only. This doesn’t send an invitation."
        type="email"
        value={typed.contactEmail}
        onChange={(contactEmail) => set({ contactEmail })}
        required
      />
      <Field
        form={form}
        at="organisation.niNumber"
        label="National Insurance number"
        hint="Optional. Like AB 12 34 56 C. Stored encrypted, shown masked."
        value={typed.niNumber}
        onChange={(niNumber) => set({ niNumber })}
      />
      <Field
        form={form}
        at="organisation.postcode"
        label="Postcode"
        hint="Optional."
        value={typed.postcode}
        onChange={(postcode) => set({ postcode })}
      />
      <PracticeCode form={form} />
    </>
  )
}

const PracticeCode = ({ form }: { form: Form }) => (
  <Field
    form={form}
    at="organisation.practiceCode"
    label="Practice code"
    hint="Your own code for this client. Optional; you can change it."
    value={form.typed.practiceCode}
    onChange={(practiceCode) => form.set({ practiceCode })}
  />
)
