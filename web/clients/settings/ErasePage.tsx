import { Button, Group, List, Stack, Text, TextInput, Title } from '@mantine/core'
import { queries } from '../../api/queries.ts'
import '@mantine/core/styles/List.css'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/client.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { toast } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'
import { wholeSentence } from '../../words/problems.ts'
import type { Onboarding } from '../detail/queries.ts'
import { ClientFrame } from '../frame/ClientFrame.tsx'
import { useAdmins } from '../list/allowed.ts'

const route = getRouteApi('/staff/clients/$id/settings/erase')

/** Lists what erasing a client deletes and keeps, and erases after its name is typed. */
export function ErasePage() {
  const { id } = route.useParams()
  const may = useMay()
  const admins = useAdmins('erase_clients')
  return (
    <ClientFrame id={id} tab="settings">
      {(client) =>
        may('erase_clients') ? (
          <Erase client={client} />
        ) : (
          <EmptyState title="You can’t erase clients">{admins} can.</EmptyState>
        )
      }
    </ClientFrame>
  )
}

function Erase({ client }: { client: Onboarding }) {
  const { id: organisationId, name } = client.organisation
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const erase = async () => {
    const params = { path: { id: organisationId } }
    await api.POST('/api/v1/organisations/{id}/erase', { params, body: { name: typed } })
    toast('Personal data erased')
    await router.navigate({ to: '/clients/$id/settings', params: { id: client.id } as never })
    await queries.invalidateQueries()
  }
  const { mutate, error, isPending } = useMutation({ mutationFn: erase })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={640}>
        <Title order={2}>Erase {name}’s personal data?</Title>
        <div>
          <Text fw={600} size="sm" mb="xs">
            What goes
          </Text>
          <List size="sm">
            <List.Item>People and their addresses</List.Item>
            <List.Item>Connections to the bank and the books</List.Item>
            <List.Item>Free text</List.Item>
          </List>
        </div>
        <div>
          <Text fw={600} size="sm" mb="xs">
            What stays
          </Text>
          <List size="sm">
            <List.Item>Dates and events, without names</List.Item>
          </List>
        </div>
        <Text size="sm">A running onboarding is cancelled. This can’t be undone.</Text>
        <TextInput
          label="Type the client’s name"
          description={name}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={error && wholeSentence(error)}
          autoComplete="off"
        />
        <Group gap="sm">
          <Button variant="default" component={Link} to="/clients/$id/settings" params={{ id: client.id } as never}>
            Keep it
          </Button>
          <Button type="submit" color="danger" loading={isPending} disabled={typed.trim() === ''}>
            Erase for good
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
