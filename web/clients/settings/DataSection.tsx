import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem, type Problem } from '../../api/problem.ts'
import { useMay } from '../../shell/useMe.ts'
import { sentenceOf } from '../../words/problems.ts'
import { tellFailure } from '../detail/tell.ts'
import type { Organisation } from './queries.ts'

/** Everything held of the client as a file, and its end. For practice admins. */
export function DataSection({ organisation }: { organisation: Organisation }) {
  const { id, name, reference } = organisation
  const [isErasing, setErasing] = useState(false)
  if (!useMay()('erase_clients')) return null
  const download = async () => {
    try {
      const held = await bodyOf(api.GET('/api/v1/organisations/{id}/export', { params: { path: { id } } }))
      const url = URL.createObjectURL(new Blob([JSON.stringify(held, null, 2)], { type: 'application/json' }))
      Object.assign(document.createElement('a'), { href: url, download: `${reference ?? id}.json` }).click()
      URL.revokeObjectURL(url)
    } catch (error) {
      tellFailure(error)
    }
  }
  return (
    <Stack component="section" aria-labelledby="data" gap="md" maw={640} mt="xl">
      <Title order={2} id="data">
        Data
      </Title>
      <Text size="sm">Everything held of {name}, as a file. That you exported it stands in the audit log.</Text>
      <Group gap="sm">
        <Button variant="default" onClick={() => void download()}>
          Export
        </Button>
        {!isErasing && (
          <Button variant="default" onClick={() => setErasing(true)}>
            Erase personal data
          </Button>
        )}
      </Group>
      {isErasing && <Erase organisation={organisation} onKeep={() => setErasing(false)} />}
    </Stack>
  )
}

function Erase({ organisation, onKeep }: { organisation: Organisation; onKeep: () => void }) {
  const { id, name } = organisation
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setBusy(true)
    try {
      await api.POST('/api/v1/organisations/{id}/erase', { params: { path: { id } }, body: { name: typed } })
      notifications.show({ message: 'Personal data erased', role: 'status' })
      await queries.invalidateQueries()
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Title order={3}>Erase {name}’s personal data?</Title>
        <Text size="sm">
          What goes: people, addresses, connections and free text. What stays: dates and events without names. A running
          onboarding is cancelled. This can’t be undone.
        </Text>
        <TextInput
          label="Type the client’s name"
          description={name}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={problem && (problem.fields[0]?.message ?? sentenceOf(problem))}
          data-autofocus
        />
        <Group gap="sm">
          <Button variant="default" onClick={onKeep}>
            Keep it
          </Button>
          <Button type="submit" color="danger" loading={isBusy} disabled={typed.trim() === ''}>
            Erase for good
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
