import { Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { queries } from '../../api/queries.ts'
import { Select } from '../../components/Select.tsx'
import { toast, toastFailure } from '../../components/toast.ts'
import { practiceQuery } from '../../settings/queries.ts'
import { SectionForm } from '../../settings/SectionForm.tsx'
import { useSection } from '../../settings/useSection.ts'
import { useMay } from '../../shell/useMe.ts'
import { COUNTRY_CHOICES, CURRENCIES } from '../../words/regions.ts'
import { solutionOf } from '../../words/solutions.ts'
import type { Onboarding } from '../detail/queries.ts'
import { demandName } from '../software/softwareWords.ts'
import { phoneOf } from '../verbs/words.ts'
import { changesOf, type Details, detailsOf, INDUSTRY_CHOICES, OTHER, SOFTWARE_CHOICES } from './details.ts'
import { IncomeSources } from './IncomeSources.tsx'
import { NiNumber } from './NiNumber.tsx'
import { type Organisation, organisationQuery } from './queries.ts'

type Line = Exclude<keyof Details, 'incomeSources' | 'solutions' | 'industry' | 'software'>

/** The details of the business. Changing an address of the running invitation sends a new invitation. */
export function DetailsSection({ organisation, client }: { organisation: Organisation; client: Onboarding }) {
  const { id, kind, version } = organisation
  const isSelfEmployed = kind === 'self_employed'
  const isFixed = !useMay()('work_clients')
  const { data: practice } = useQuery(practiceQuery)
  const invited = invitedAt(client)
  const connected = client.connections.find(({ kind }) => kind === 'books')
  const section = useSection(detailsOf(organisation, client.invitation), version, async ({ given, base, mark }) => {
    const params = { path: { id }, header: { 'If-Match': `"v${mark}"` } }
    demandName(given)
    try {
      const body = changesOf(given, base, isSelfEmployed)
      const edited = await bodyOf(api.PATCH('/api/v1/organisations/{id}', { params, body }))
      const touched = (way: 'email' | 'phone') =>
        given[way] !== base[way] && edited.touches.some(({ field }) => field === `contact.${way}`)
      if (edited.contact && (touched('email') || touched('phone'))) await inviteAt(client, edited.contact)
    } catch (error) {
      if (asProblem(error).code === 'changed_meanwhile') {
        await queries.fetchQuery({ ...organisationQuery(id), staleTime: 0 })
      }
      throw error
    }
    await queries.invalidateQueries({ queryKey: ['organisation', id] })
    await queries.invalidateQueries({ queryKey: ['onboarding', client.id] })
  })
  const { given, set, errorAt } = section
  const line = (name: Line, at: string, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      value={given[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      error={errorAt(at)}
      disabled={isFixed}
    />
  )
  const choice = (name: 'country' | 'currency', label: string, data: typeof COUNTRY_CHOICES | string[]) => (
    <Select
      label={label}
      searchable
      data={data}
      value={given[name]}
      onChange={(value) => value && set({ [name]: value })}
      error={errorAt(name)}
      disabled={isFixed}
    />
  )
  const offered = [...new Set([...(practice?.solutions ?? []), ...organisation.solutions])]
  return (
    <SectionForm title="Details" section={section}>
      {line('name', 'name', 'Business name', 'As your client would recognise it.')}
      <Text size="sm" c="dimmed">
        {isSelfEmployed ? 'Self-employed, in the UK' : 'Business'}. You can’t change the type.
      </Text>
      {offered.length > 0 && (
        <Checkbox.Group
          label="Solutions"
          description="What will you do for this client?"
          value={given.solutions}
          onChange={(solutions) => set({ solutions })}
          error={errorAt('solutions')}
        >
          <Stack gap="sm" mt="sm">
            {offered.map((solution) => (
              <Checkbox key={solution} value={solution} label={solutionOf(solution)} disabled={isFixed} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {line(
        'practiceCode',
        'practiceCode',
        'Practice code',
        'Your own code for this client. Optional; you can change it.',
      )}
      {!isSelfEmployed &&
        line(
          'companiesHouseNumber',
          'companiesHouseNumber',
          'Companies House number',
          'Optional. For example 01234567 or SC123456. Not your client reference.',
        )}
      <Select
        label="Industry"
        description="Optional."
        placeholder="None"
        data={INDUSTRY_CHOICES}
        value={given.industry || null}
        onChange={(industry) => set({ industry: industry ?? '' })}
        error={given.industry === OTHER ? undefined : errorAt('industry')}
        disabled={isFixed}
        clearable
      />
      {given.industry === OTHER && line('otherIndustry', 'industry', 'Which industry')}
      <Select
        label="Accounting software"
        description={
          connected
            ? `${softwareLabel(connected.provider)} is connected. Disconnect it first.`
            : 'What this client keeps its books in. It decides how you set them up.'
        }
        data={SOFTWARE_CHOICES}
        value={given.software}
        onChange={(software) => software && set({ software: software as Details['software'] })}
        error={errorAt('software')}
        disabled={isFixed || connected !== undefined}
      />
      {given.software === 'other' && line('softwareName', 'softwareName', 'Which software')}
      {!isSelfEmployed && choice('country', 'Country', COUNTRY_CHOICES)}
      {choice('currency', 'Currency', CURRENCIES)}
      {line('contactName', 'contact.name', 'Full name')}
      {line(
        'email',
        'contact.email',
        'Email',
        invited.email ? turnsOff(invited.email) : 'For contact only. This doesn’t send an invitation.',
      )}
      {line(
        'phone',
        'contact.phone',
        'Mobile',
        invited.phone ? turnsOff(invited.phone) : 'A number from outside the UK starts with +.',
      )}
      {isSelfEmployed && (
        <Stack gap="sm">
          {line(
            'niNumber',
            'niNumber',
            'National Insurance number',
            organisation.niNumberMasked
              ? 'Stored encrypted, shown masked. Type another to replace it.'
              : 'Optional. Like AB 12 34 56 C. Stored encrypted, shown masked.',
          )}
          {organisation.niNumberMasked && <NiNumber organisationId={id} masked={organisation.niNumberMasked} />}
        </Stack>
      )}
      {line('postcode', 'postcode', 'Postcode', 'Optional.')}
      {isSelfEmployed && (
        <IncomeSources
          value={given.incomeSources}
          onChange={(incomeSources) => set({ incomeSources })}
          errorAt={errorAt}
          isFixed={isFixed}
        />
      )}
    </SectionForm>
  )
}

const turnsOff = (old: string) => `Changing this turns off the link sent to ${phoneOf(old)} and sends a new one.`

/** Returns the addresses of a running invitation that can still be sent elsewhere; null for each unused channel. */
function invitedAt({ allowed, invitation }: Onboarding): { email: string | null; phone: string | null } {
  if (!allowed.includes('invite') || !invitation) return { email: null, phone: null }
  const { channels, email, phone } = invitation
  return { email: channels.includes('email') ? email : null, phone: channels.includes('sms') ? phone : null }
}

/**
 * Invites again through the channels that still have an address. The edit is saved by then, so a refusal becomes a
 * toast and the invitation can be sent from the overview.
 */
async function inviteAt(client: Onboarding, contact: NonNullable<Organisation['contact']>): Promise<void> {
  const before = invitedAt(client)
  const email = before.email && contact.email
  const phone = before.phone && contact.phone
  const channels = [...(email ? (['email'] as const) : []), ...(phone ? (['sms'] as const) : [])]
  if (channels.length === 0) return
  try {
    await api.POST('/api/v1/onboardings/{id}/invitations', {
      params: { path: { id: client.id } },
      body: {
        channels,
        ...(contact.name && { name: contact.name }),
        ...(before.email && { email }),
        ...(before.phone && { phone }),
      },
    })
    toast(`Invitation sent to ${[email, phone && phoneOf(phone)].filter(Boolean).join(' and ')}`)
  } catch (error) {
    toastFailure(error)
  }
}
