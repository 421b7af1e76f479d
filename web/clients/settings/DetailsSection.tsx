import { Button, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { offeredIndustry } from '../../../domain/industries.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { SectionForm } from '../../settings/SectionForm.tsx'
import { useSection } from '../../settings/useSection.ts'
import { useMay } from '../../shell/useMe.ts'
import type { Onboarding } from '../detail/queries.ts'
import { tellFailure } from '../detail/tell.ts'
import { type Organisation, organisationQuery } from './queries.ts'
import classes from './SettingsPage.module.css'

type Details = {
  name: string
  practiceCode: string
  companiesHouseNumber: string
  industry: string
  contactName: string
  email: string
  phone: string
  niNumber: string
  postcode: string
  incomeSources: Organisation['incomeSources']
}

/** `food_and_drink` as `Food and drink`, which the API reads as the same; another industry as it was written. */
const industryOf = (industry: string) =>
  offeredIndustry(industry) === industry
    ? `${industry.charAt(0).toUpperCase()}${industry.slice(1).replaceAll('_', ' ')}`
    : industry

const detailsOf = (of: Organisation): Details => ({
  name: of.name,
  practiceCode: of.practiceCode ?? '',
  companiesHouseNumber: of.companiesHouseNumber ?? '',
  industry: industryOf(of.industry ?? ''),
  contactName: of.contact?.name ?? '',
  email: of.contact?.email ?? '',
  phone: of.contact?.phone ?? '',
  niNumber: '',
  postcode: of.postcode ?? '',
  incomeSources: of.incomeSources,
})

const orNull = (text: string) => text.trim() || null

function changesOf(given: Details, isSelfEmployed: boolean) {
  const { contactName, email, phone } = given
  const hasContact = [contactName, email, phone].some((text) => text.trim() !== '')
  return {
    name: given.name,
    practiceCode: orNull(given.practiceCode),
    companiesHouseNumber: orNull(given.companiesHouseNumber),
    industry: orNull(given.industry),
    contact: hasContact ? { name: contactName.trim(), email: orNull(email), phone: orNull(phone) } : null,
    postcode: orNull(given.postcode),
    ...(isSelfEmployed && { incomeSources: given.incomeSources }),
    ...(given.niNumber.trim() && { niNumber: given.niNumber }),
  }
}

const TYPES = [
  { value: 'self_employment', label: 'Self-employment' },
  { value: 'uk_property', label: 'UK property' },
]

/** The details of the business; an address that the running invitation went to is invited anew when it is changed. */
export function DetailsSection({ organisation, client }: { organisation: Organisation; client: Onboarding }) {
  const { id, kind, version } = organisation
  const isSelfEmployed = kind === 'self_employed'
  const isFixed = !useMay()('work_clients')
  const queries = useQueryClient()
  const readAnew = async () => {
    await queries.invalidateQueries({ queryKey: ['organisation', id] })
    await queries.invalidateQueries({ queryKey: ['onboarding', client.id] })
  }
  const invited = client.allowed.includes('invite') ? (client.invitation?.email ?? null) : null
  // What was edited is saved by then: an invitation that is refused is told, and can be sent from the overview.
  const inviteAt = async (email: string, name: string | null) => {
    try {
      await api.POST('/api/v1/onboardings/{id}/invitations', {
        params: { path: { id: client.id }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        body: { email, name: name ?? email, channels: ['email'] },
      })
      notifications.show({ message: `Invitation sent to ${email}`, role: 'status' })
    } catch (error) {
      tellFailure(error)
    }
  }
  const section = useSection(detailsOf(organisation), version, async ({ given, base, mark }) => {
    const params = { path: { id }, header: { 'If-Match': `"v${mark}"` } }
    try {
      const edited = await bodyOf(
        api.PATCH('/api/v1/organisations/{id}', { params, body: changesOf(given, isSelfEmployed) }),
      )
      const isMoved = edited.touches.some(({ field }) => field === 'contact.email') && given.email !== base.email
      if (isMoved && edited.contact?.email) await inviteAt(edited.contact.email, edited.contact.name)
    } catch (error) {
      if (asProblem(error).code === 'changed_meanwhile') {
        await queries.fetchQuery({ ...organisationQuery(id), staleTime: 0 })
      }
      throw error
    }
    await readAnew()
  })
  const { given, set, errorAt } = section
  const field = (name: Exclude<keyof Details, 'incomeSources'>, at: string, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      value={given[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      error={errorAt(at)}
      disabled={isFixed}
    />
  )
  const source = (index: number, changes: Partial<Details['incomeSources'][number]>) =>
    set({ incomeSources: given.incomeSources.map((one, at) => (at === index ? { ...one, ...changes } : one)) })
  return (
    <SectionForm title="Details" section={section}>
      {field('name', 'name', 'Business name', 'As your client would recognise it.')}
      <Text size="sm" c="dimmed">
        {isSelfEmployed ? 'Self-employed' : 'Business'} · {organisation.country} · {organisation.currency}. You can’t
        change the type.
      </Text>
      {field(
        'practiceCode',
        'practiceCode',
        'Practice code',
        'Your own code for this client. Optional; you can change it.',
      )}
      {!isSelfEmployed &&
        field(
          'companiesHouseNumber',
          'companiesHouseNumber',
          'Companies House number',
          'Optional. For example 01234567 or SC123456. Not your client reference.',
        )}
      {field('industry', 'industry', 'Industry', 'Optional.')}
      {field('contactName', 'contact.name', 'Full name')}
      {field(
        'email',
        'contact.email',
        'Email',
        invited
          ? `Changing this turns off the link sent to ${invited} and sends a new one.`
          : 'For contact only. This doesn’t send an invitation.',
      )}
      {field('phone', 'contact.phone', 'Mobile', 'A number from outside the UK starts with +.')}
      {isSelfEmployed &&
        field(
          'niNumber',
          'niNumber',
          'National Insurance number',
          organisation.niNumberMasked
            ? `Now ${organisation.niNumberMasked}. Stored encrypted, shown masked. Type another to replace it.`
            : 'Optional. Like AB 12 34 56 C. Stored encrypted, shown masked.',
        )}
      {field('postcode', 'postcode', 'Postcode', 'Optional.')}
      {isSelfEmployed && (
        <Stack gap="sm">
          {given.incomeSources.map((one, index) => (
            <div key={index} className={classes.row}>
              <TextInput
                label="Income source name"
                value={one.name}
                onChange={(event) => source(index, { name: event.currentTarget.value })}
                error={errorAt(`incomeSources[${index}].name`)}
                disabled={isFixed}
              />
              <Select
                label="Type"
                data={TYPES}
                value={one.type}
                onChange={(type) => source(index, { type: type === 'uk_property' ? 'uk_property' : 'self_employment' })}
                disabled={isFixed}
              />
              <Button
                variant="default"
                disabled={isFixed}
                aria-label={`Remove ${one.name}`}
                onClick={() => set({ incomeSources: given.incomeSources.filter((_one, at) => at !== index) })}
              >
                Remove
              </Button>
            </div>
          ))}
          {errorAt('incomeSources') && (
            <Text size="xs" c="danger" role="alert">
              {errorAt('incomeSources')}
            </Text>
          )}
          <Button
            variant="default"
            w="fit-content"
            disabled={isFixed || given.incomeSources.length >= 20}
            onClick={() => set({ incomeSources: [...given.incomeSources, { name: '', type: 'self_employment' }] })}
          >
            Add another income source
          </Button>
        </Stack>
      )}
    </SectionForm>
  )
}
