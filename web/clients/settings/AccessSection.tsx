import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { withoutRight } from '../../../domain/practice/rightWords.ts'
import { api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { queries } from '../../api/queries.ts'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { SectionForm } from '../../settings/SectionForm.tsx'
import { isSame, useSection } from '../../settings/useSection.ts'
import { useHelpers, useMay } from '../../shell/useMe.ts'
import { type AccessChoice, AccessFields } from '../AccessFields.tsx'
import { type Access, accessQuery, type Organisation, organisationQuery } from './queries.ts'

/** The section for access to the client and its account manager. */
export function AccessSection({ organisation }: { organisation: Organisation }) {
  const { data: access, error, refetch } = useQuery(accessQuery(organisation.id))
  if (access) return <Given organisation={organisation} access={access} />
  if (!error) return null
  return <ErrorState title="We couldn’t load who can see this client" error={error} onRetry={() => void refetch()} />
}

function Given({ organisation, access }: { organisation: Organisation; access: Access }) {
  const { id } = organisation
  const isFixed = !useMay()('assign_clients')
  const admins = useHelpers('assign_clients')
  const saved: AccessChoice & { etag: string } = { ...access, manager: organisation.accountManager?.id ?? null }
  const section = useSection(saved, organisation.version, async ({ given, base }) => {
    const path = { id }
    const [rules, known] = [given, base].map(({ everyone, people, teams }) => ({ everyone, people, teams }))
    try {
      if (rules && !isSame(rules, known)) {
        const params = { path, header: { 'If-Match': base.etag } }
        await api.PUT('/api/v1/organisations/{id}/access', { params, body: rules })
      }
      if (given.manager !== base.manager) {
        const body = { manager: given.manager, from: base.manager }
        await api.PUT('/api/v1/organisations/{id}/manager', { params: { path }, body })
      }
    } catch (error) {
      if (asProblem(error).code === 'changed_meanwhile') {
        await queries.fetchQuery({ ...accessQuery(id), staleTime: 0 })
        await queries.fetchQuery({ ...organisationQuery(id), staleTime: 0 })
      }
      throw error
    }
    await queries.invalidateQueries({ queryKey: ['organisation', id] })
  })
  const { given, set, errorAt } = section
  return (
    <SectionForm title="Access" section={section}>
      <AccessFields
        value={given}
        onChange={set}
        errors={{ access: errorAt('people') ?? errorAt('teams'), manager: errorAt('manager') }}
        isFixed={isFixed}
      />
      {isFixed && (
        <Text size="sm" c="dimmed">
          {withoutRight('assign_clients', admins)}
        </Text>
      )}
    </SectionForm>
  )
}
