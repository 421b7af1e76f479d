import { Alert, Autocomplete, Button, Paper, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem, isRefusal, type Problem } from '../../api/problem.ts'
import { PageTitle } from '../../components/PageTitle.tsx'
import { sentenceOf } from '../../words/problems.ts'
import '@mantine/core/styles/Alert.css'

const LOOK_AFTER_MS = 300

/** Adds a client: a company name is enough. What Companies House knows of it comes along. */
export function AddPage() {
  const router = useRouter()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const key = useRef(crypto.randomUUID())
  const [q] = useDebouncedValue(name.trim(), LOOK_AFTER_MS)
  // A register that is away holds nobody up: the name is simply typed.
  const { data: found } = useQuery({
    queryKey: ['companies', q],
    queryFn: () =>
      bodyOf(api.GET('/api/v1/registry/companies', { params: { query: { q } } })).catch(() => ({ items: [] })),
    enabled: q.length >= 2,
  })
  const number = found?.items.find((company) => company.name === name.trim())?.number
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setBusy(true)
    try {
      const created = await bodyOf(
        api.POST('/api/v1/onboardings', {
          params: { header: { 'Idempotency-Key': key.current } },
          body: { organisation: { name: name.trim(), ...(number && { companiesHouseNumber: number }) } },
        }),
      )
      for (const { message } of created.notices) notifications.show({ message, role: 'status' })
      router.history.push(`/clients/${created.id}`)
    } catch (error) {
      const failed = asProblem(error)
      if (isRefusal(failed)) key.current = crypto.randomUUID()
      setProblem(failed)
      setBusy(false)
    }
  }
  const atName = problem?.fields.find(({ field }) => field === 'organisation.name')?.message
  return (
    <>
      <PageTitle title="Add a client" tab="Add a client" />
      <Paper p="lg" maw={640}>
        <form onSubmit={submit} noValidate>
          <Stack gap="lg">
            {problem && !atName && (
              <Alert color="danger" variant="light" role="alert">
                {sentenceOf(problem)}
              </Alert>
            )}
            <Autocomplete
              label="Company name"
              description="As your client would recognise it."
              placeholder="Harbour Bakery"
              data={[...new Set(found?.items.map((company) => company.name))]}
              filter={({ options }) => options}
              value={name}
              onChange={setName}
              error={atName}
              autoFocus
            />
            {number && (
              <Text size="xs" c="dimmed">
                Companies House number {number}
              </Text>
            )}
            <Button type="submit" loading={isBusy} w="fit-content">
              {isBusy ? 'Creating…' : 'Create'}
            </Button>
          </Stack>
        </form>
      </Paper>
    </>
  )
}
