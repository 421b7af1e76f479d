import '@mantine/core/styles/Fieldset.css'
import { Fieldset, Skeleton, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { Choices } from '../clients/AccessFields.tsx'
import { colleaguesQuery } from '../clients/useColleagues.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { Dialog } from './Dialog.tsx'
import type { Team } from './queries.ts'
import { words } from './words.ts'

/** Creates a team with its members. */
export function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const { data: colleagues = [] } = useQuery(colleaguesQuery)
  const [name, setName] = useState('')
  const [members, setMembers] = useState<string[]>([])
  const make = async () => {
    await api.POST('/api/v1/teams', { body: { name, members } })
    return `Created ${name.trim()}`
  }
  return (
    <Dialog title="New team" label="Create team" act={make} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextInput
            label="Name"
            description="For example Payroll."
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt('name')}
            data-autofocus
          />
          <Fieldset legend="Members" variant="unstyled">
            <Choices
              label="Find a colleague"
              nobody="You have no colleagues yet."
              choices={colleagues.map((one) => ({ id: one.id, name: one.name, about: null }))}
              chosen={members}
              onToggle={(id, isOn) => setMembers(isOn ? [...members, id] : members.filter((other) => other !== id))}
            />
          </Fieldset>
          {errorAt('members') && (
            <Text size="xs" c="danger" role="alert">
              {errorAt('members')}
            </Text>
          )}
        </>
      )}
    </Dialog>
  )
}

/** Renames a team. */
export function RenameDialog({ team, onClose }: { team: Team; onClose: () => void }) {
  const [name, setName] = useState(team.name)
  const rename = async () => {
    await api.PATCH('/api/v1/teams/{id}', {
      params: { path: { id: team.id } },
      body: { name, add: [], remove: [] },
    })
    return `Renamed to ${name.trim()}`
  }
  return (
    <Dialog title={`Rename ${team.name}`} label="Rename" act={rename} onClose={onClose}>
      {(errorAt) => (
        <TextInput
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={errorAt('name')}
          data-autofocus
        />
      )}
    </Dialog>
  )
}

/** Lists the members who lose access to clients, then deletes the team. `onGone` leaves its page. */
export function DeleteTeamDialog({ team, onClose, onGone }: { team: Team; onClose: () => void; onGone: () => void }) {
  const params = { path: { id: team.id } }
  const { data, error, refetch } = useQuery({
    queryKey: ['teams', team.id, 'removal'],
    queryFn: () => bodyOf(api.GET('/api/v1/teams/{id}/removal', { params })),
    staleTime: 0,
  })
  const remove = async () => {
    await api.DELETE('/api/v1/teams/{id}', { params })
    // Leaves the team's page before it shows that the team is gone.
    onGone()
    return `Deleted ${team.name}`
  }
  return (
    <Dialog
      title={`Delete ${team.name}?`}
      label="Delete team"
      keep="Keep it"
      isDanger
      isBlocked={!data}
      act={remove}
      onClose={onClose}
    >
      {error && <ErrorState title="We couldn’t load what goes" error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton height={40} aria-busy="true" />}
      {data && (
        <Text size="sm">
          {data.people.length > 0
            ? words.lose(data.people.length, data.clients, data.names)
            : 'Nobody loses access to a client.'}
        </Text>
      )}
      <Text size="sm">Its members stay colleagues. You can’t undo this.</Text>
    </Dialog>
  )
}
