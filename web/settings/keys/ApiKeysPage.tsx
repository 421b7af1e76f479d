import '@mantine/core/styles/Code.css'
import { Button, Checkbox, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { CopyButton } from '../../components/CopyButton.tsx'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { RefusedForm } from '../../components/RefusedForm.tsx'
import { Time } from '../../components/Time.tsx'
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
      {error && !data && <ErrorState title="We couldn’t load the keys" error={error} onRetry={refetch} />}
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
  const [scopes, setScopes] = useState<ApiKey['scopes']>(['read', 'write'])
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/api-keys', { body: { name, scopes } })),
    onSuccess: () => void onMade(),
  })
  const key = data?.key
  const problem = error && asProblem(error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <Modal opened onClose={onClose} title={key ? 'Your new key' : 'Create a key'} closeOnClickOutside={!key}>
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
            {problem?.fields.length === 0 && <RefusedForm error={problem} />}
            <TextInput
              label="Name"
              description="For example after the system that uses it."
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={problem?.at('name')}
              data-autofocus
            />
            <Checkbox.Group label="Scopes" value={scopes} onChange={setScopes} error={problem?.at('scopes')}>
              <Stack gap="sm" mt="xs">
                <Checkbox value="read" label="Read: clients, reports" />
                <Checkbox value="write" label="Write: add clients, invite, cancel, connect" />
              </Stack>
            </Checkbox.Group>
            <Group justify="flex-end">
              <Button type="submit" loading={isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
