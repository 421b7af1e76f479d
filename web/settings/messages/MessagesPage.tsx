import '@mantine/core/styles/SimpleGrid.css'
import { Button, SimpleGrid, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PREVIEWS, type PreviewKind } from '../../../domain/practice/previews.ts'
import { api, bodyOf } from '../../api/client.ts'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { Refusal } from '../../components/Refusal.tsx'
import { Select } from '../../components/Select.tsx'
import { Preview } from '../preview/Preview.tsx'

const KINDS = Object.entries(PREVIEWS).map(([value, { label }]) => ({ value, label }))

/** Previews every message that clients get from the practice, and sends a test to the member's own address. */
export function MessagesPage() {
  const [kind, setKind] = useState<PreviewKind>('invitation')
  const [client, setClient] = useState<string | null>(null)
  return (
    <>
      <PageTitle title="Messages" tab="Messages · Settings" />
      <Text size="sm" mb="lg" maw={640}>
        What your clients get, exactly as it is sent. Your name, colour, logo and reasons are in it; links here open
        nothing.
      </Text>
      <SimpleGrid minColWidth={240} spacing="md" maw={640} mb="xl">
        <Select
          label="Message"
          data={KINDS}
          value={kind}
          onChange={(value) => value && setKind(value as PreviewKind)}
        />
        <ClientChoice value={client} onChange={setClient} />
      </SimpleGrid>
      <Preview
        kind={kind}
        onboardingId={client}
        mailAct={<TestMail key={`${kind}${client}`} {...{ kind, client }} />}
      />
    </>
  )
}

const MADE_UP = { value: '', label: 'A made-up client' }
const MOST_CLIENTS = 10
const REST_MS = 150

function ClientChoice({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(MADE_UP)
  const [q] = useDebouncedValue(typed.trim() === chosen.label ? '' : typed.trim(), REST_MS)
  const { data } = useQuery({
    queryKey: ['onboardings', 'choose', q],
    queryFn: () => {
      const query = { view: 'all' as const, sort: 'updated' as const, limit: MOST_CLIENTS, ...(q.length > 1 && { q }) }
      return bodyOf(api.GET('/api/v1/onboardings', { params: { query } }))
    },
    placeholderData: keepPreviousData,
  })
  const found = (data?.items ?? []).map(({ id, organisation }) => ({ value: id, label: organisation.name }))
  const choices = [MADE_UP, chosen, ...found]
  return (
    <Select
      label="Shown for"
      searchable
      nothingFoundMessage="No client matches"
      filter={({ options }) => options}
      data={choices.filter((one, at) => choices.findIndex(({ value: id }) => id === one.value) === at)}
      value={value ?? ''}
      onSearchChange={setTyped}
      onChange={(id, option) => {
        setChosen(option ? { value: option.value, label: option.label } : MADE_UP)
        onChange(id || null)
      }}
    />
  )
}

function TestMail({ kind, client }: { kind: PreviewKind; client: string | null }) {
  const send = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/practice/test-mail', { body: { kind, onboardingId: client } })),
  })
  return (
    <>
      <Button variant="default" loading={send.isPending} onClick={() => send.mutate()}>
        Send me a test
      </Button>
      <Text size="sm" role="status">
        {send.data ? `Sent to ${send.data.to}` : ''}
      </Text>
      <Refusal error={send.error} />
    </>
  )
}
