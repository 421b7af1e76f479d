import '@mantine/core/styles/Alert.css'
import '@mantine/core/styles/Code.css'
import { Alert, Button, Checkbox, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { asProblem, type Problem } from '../../api/problem.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { Time } from '../../components/Time.tsx'
import { problemSentence } from '../../words/problems.ts'
import { Records } from '../Records.tsx'
import classes from '../Settings.module.css'
import { RevokeDialog } from './RevokeDialog.tsx'

type ApiKey = Schema['ApiKey']

const SCOPES: Record<ApiKey['scopes'][number], string> = { read: 'Read', write: 'Write' }

/** Creates and revokes the practice's API keys. A new key is shown once. */
export function ApiKeysPage() {
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [revoked, setRevoked] = useState<ApiKey | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['api-keys'],
    queryFn: () => bodyOf(api.GET('/api/v1/api-keys')),
  })
  const readAnew = () => queries.invalidateQueries({ queryKey: ['api-keys'] })
  const add = (
    <Button variant={data?.items.length === 0 ? 'filled' : 'default'} onClick={() => setAdding(true)}>
      Create a key
    </Button>
  )
  return (
    <>
      <PageTitle title="API keys" tab="API keys · Settings">
        {data && data.items.length > 0 && add}
      </PageTitle>
      {error && !data && <ErrorState title="We couldn’t load the keys" error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <EmptyState title="No keys yet" action={add}>
          A key lets a program of yours add clients and read how they are doing. It never manages people, settings or
          keys.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Records
          label="Keys"
          items={data.items}
          keyOf={({ id }) => id}
          columns={{
            Name: ({ name }) => (
              <Text span inherit fw={600}>
                {name}
              </Text>
            ),
            Scopes: ({ scopes }) => scopes.map((one) => SCOPES[one]).join(', '),
            Created: ({ createdAt }) => <Time at={createdAt} />,
            'Last used': ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'Never'),
            '': (key) => (
              <Button
                variant="subtle"
                color="danger"
                size="compact-sm"
                onClick={() => setRevoked(key)}
                aria-label={`Revoke ${key.name}`}
              >
                Revoke
              </Button>
            ),
          }}
        />
      )}
      {isAdding && <CreateDialog onMade={readAnew} onClose={() => setAdding(false)} />}
      {revoked && <RevokeDialog apiKey={revoked} onDone={readAnew} onClose={() => setRevoked(null)} />}
    </>
  )
}

function CreateDialog({ onMade, onClose }: { onMade: () => Promise<void>; onClose: () => void }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['read', 'write'])
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [key, setKey] = useState<string | null>(null)
  const errorAt = (field: string) => problem?.fields.find((one) => one.field === field)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      const body = { name, scopes: scopes as ApiKey['scopes'] }
      setKey((await bodyOf(api.POST('/api/v1/api-keys', { body }))).key)
      await onMade()
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={key ? 'Your new key' : 'Create a key'}
      closeOnClickOutside={!key}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {key ? (
        <Stack gap="lg">
          <Text size="sm" role="status">
            Copy it now. You won’t see it again.
          </Text>
          <Code block className={classes.key}>
            {key}
          </Code>
          <Group justify="flex-end" gap="sm">
            <CopyButton text={key} />
            <Button variant="default" onClick={onClose}>
              Done
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack gap="lg">
            {problem && problem.fields.length === 0 && (
              <Alert color="danger" variant="light" role="alert">
                {problemSentence(problem)}
              </Alert>
            )}
            <TextInput
              label="Name"
              description="For example after the system that uses it."
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={errorAt('name')}
              data-autofocus
            />
            <Checkbox.Group label="Scopes" value={scopes} onChange={setScopes} error={errorAt('scopes')}>
              <Stack gap="sm" mt="xs">
                <Checkbox value="read" label="Read: clients, reports" />
                <Checkbox value="write" label="Write: add clients, invite, cancel, connect" />
              </Stack>
            </Checkbox.Group>
            <Group justify="flex-end">
              <Button type="submit" loading={isBusy}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
