import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { ErrorState } from '../../components/ErrorState.tsx'
import { FormSection } from '../../components/FormSection.tsx'
import { useMay } from '../../shell/useMe.ts'
import { type AccessChoice, AccessFields } from '../AccessFields.tsx'
import { accessQuery, type Organisation } from './queries.ts'

/** Who may see the client, and who looks after it. `onChange` hears whether something is unsaved. */
export function AccessSection(props: { organisation: Organisation; onChange: (isChanged: boolean) => void }) {
  const { organisation, onChange } = props
  const { id } = organisation
  const may = useMay()
  const queries = useQueryClient()
  const { data: access, error, refetch } = useQuery(accessQuery(id))
  const [typed, setTyped] = useState<AccessChoice | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const isChanged = typed !== null
  useEffect(() => onChange(isChanged), [isChanged, onChange])
  if (error) return <ErrorState title="We couldn’t load who can see this client" error={error} onRetry={refetch} />
  if (!access) return null
  const stored: AccessChoice = { ...access, manager: organisation.accountManager?.id ?? null }
  const save = async () => {
    if (!typed) return
    const { manager, ...rules } = typed
    const params = { path: { id } }
    if (!isSame(rules, access)) {
      queries.setQueryData(
        accessQuery(id).queryKey,
        await bodyOf(api.PUT('/api/v1/organisations/{id}/access', { params, body: rules })),
      )
    }
    if (manager !== stored.manager) await api.PUT('/api/v1/organisations/{id}/manager', { params, body: { manager } })
    await queries.invalidateQueries({ queryKey: ['organisation', id] })
    setTyped(null)
  }
  const at = (...fields: string[]) => problem?.fields.find(({ field }) => fields.includes(field))?.message
  const { everyone, people, teams, manager } = typed ?? stored
  return (
    <FormSection
      title="Access"
      isChanged={isChanged}
      onSave={may('assign_clients') ? save : undefined}
      onProblem={setProblem}
    >
      <AccessFields
        value={{ everyone, people, teams, manager }}
        onChange={(next) => setTyped(isSame(next, stored) ? null : next)}
        errors={{ access: at('people', 'teams'), manager: at('manager') }}
        isFixed={!may('assign_clients')}
      />
    </FormSection>
  )
}

const sorted = (choice: Partial<AccessChoice>) =>
  JSON.stringify([
    choice.everyone,
    [...(choice.people ?? [])].sort(),
    [...(choice.teams ?? [])].sort(),
    choice.manager ?? null,
  ])
const isSame = (one: Partial<AccessChoice>, other: Partial<AccessChoice>) => sorted(one) === sorted(other)
