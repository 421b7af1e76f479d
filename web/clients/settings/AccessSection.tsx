import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { ErrorState } from '../../components/ErrorState.tsx'
import { SectionForm } from '../../settings/SectionForm.tsx'
import { isSame, useSection } from '../../settings/useSection.ts'
import { useMay } from '../../shell/useMe.ts'
import { type AccessChoice, AccessFields } from '../AccessFields.tsx'
import { type Access, accessQuery, type Organisation } from './queries.ts'

/** Who may see the client, and who looks after it. */
export function AccessSection({ organisation }: { organisation: Organisation }) {
  const { data: access, error, refetch } = useQuery(accessQuery(organisation.id))
  if (access) return <Given organisation={organisation} access={access} />
  if (!error) return null
  return <ErrorState title="We couldn’t load who can see this client" error={error} onRetry={() => void refetch()} />
}

function Given({ organisation, access }: { organisation: Organisation; access: Access }) {
  const { id } = organisation
  const may = useMay()
  const queries = useQueryClient()
  const saved: AccessChoice = { ...access, manager: organisation.accountManager?.id ?? null }
  const section = useSection(saved, organisation.version, async ({ given: { manager, ...rules }, base }) => {
    const params = { path: { id } }
    const { manager: before, ...rulesBefore } = base
    if (!isSame(rules, rulesBefore)) await api.PUT('/api/v1/organisations/{id}/access', { params, body: rules })
    if (manager !== before) await api.PUT('/api/v1/organisations/{id}/manager', { params, body: { manager } })
    await queries.invalidateQueries({ queryKey: ['organisation', id] })
  })
  const { given, set, errorAt } = section
  return (
    <SectionForm title="Access" section={section}>
      <AccessFields
        value={given}
        onChange={set}
        errors={{ access: errorAt('people') ?? errorAt('teams'), manager: errorAt('manager') }}
        isFixed={!may('assign_clients')}
      />
    </SectionForm>
  )
}
