import '@mantine/core/styles/Radio.css'
import { Anchor, Button, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Refusal } from '../components/Refusal.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/useNow.ts'
import { PageSection } from './PageSection.tsx'
import { Below, Records } from './Records.tsx'
import classes from './Settings.module.css'

type Access = Schema['SupportAccess']
const queryKey = ['support-access']
const HOUR_MS = 60 * 60_000
const HOURS = 4

/** Chooses the access of Embark support, answers its requests, and lists its visits and acts. */
export function SupportAccessPage() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/api/v1/practice/support-access', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const first = data?.pages[0]
  return (
    <>
      <PageTitle title="Support access" tab="Support access · Settings" />
      {error && !data && <ErrorState title="We couldn’t load support access" error={error} onRetry={refetch} />}
      {first && (
        <>
          <Choice access={first} />
          <PageSection title="What support looked at and did">
            {first.items.length === 0 ? (
              <Text size="sm">Nothing yet. Every look and every act is listed here.</Text>
            ) : (
              <Records
                label="Looks and acts"
                items={data.pages.flatMap(({ items }) => items)}
                keyOf={({ at, client, sentence }) => `${at}${client?.onboardingId}${sentence}`}
                columns={{
                  When: ({ at }) => <Time at={at} />,
                  Who: ({ by }) => by.name ?? 'Support',
                  What: ({ sentence, note }) => (
                    <>
                      {sentence}
                      {note && <Below>{note}</Below>}
                    </>
                  ),
                  Client: ({ client }) =>
                    client ? (
                      <Anchor inherit component={Link} to={`/clients/${client.onboardingId}` as string}>
                        {client.name}
                      </Anchor>
                    ) : (
                      '–'
                    ),
                }}
              />
            )}
            {hasNextPage && (
              <Button variant="default" mt="lg" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                Show more
              </Button>
            )}
          </PageSection>
        </>
      )}
    </>
  )
}

const CHOICES = [
  { value: 'always', label: 'Always', description: 'Support may look in at any time.' },
  {
    value: 'on_request',
    label: 'When we ask',
    description: 'Support asks, you say yes, and access ends after the hours shown.',
  },
  { value: 'never', label: 'Never', description: 'Support sees no more than names and stages of clients.' },
] as const

function Choice({ access: { access, until, asks } }: { access: Access }) {
  const queries = useQueryClient()
  const now = useNow()
  const { mutate, error } = useMutation({
    mutationFn: (body: { access: Access['access']; hours: number | null }) =>
      api.PATCH('/api/v1/practice/support-access', { body }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  const end = () => mutate({ access: 'on_request', hours: null })
  const open = asks.find(({ state }) => state === 'open')
  const hoursLeft = until === null ? 0 : Math.max(0, (Date.parse(until) - now) / HOUR_MS)
  return (
    <section aria-label="Who may look in" className={classes.section}>
      <Title order={2} className={classes.title}>
        May support look in?
      </Title>
      <Stack gap="lg">
        <Radio.Group
          aria-label="May support look in?"
          value={access}
          onChange={(value) => mutate({ access: value as Access['access'], hours: null })}
        >
          <Stack gap="md">
            {CHOICES.map((choice) => (
              <Radio key={choice.value} {...choice} />
            ))}
          </Stack>
        </Radio.Group>
        <Refusal error={error} />
        {access === 'on_request' && until !== null && hoursLeft > 0 && (
          <Group gap="md">
            <Text size="sm" role="status">
              Support may look in for{' '}
              {hoursLeft < 1
                ? 'less than an hour'
                : `${Math.round(hoursLeft)} ${Math.round(hoursLeft) === 1 ? 'hour' : 'hours'}`}
              , until <Time at={until} as="end" />.
            </Text>
            <Button variant="default" onClick={end}>
              End now
            </Button>
          </Group>
        )}
        {access === 'on_request' && open && (
          <Group gap="md">
            <Text size="sm" role="status">
              {open.by.name ?? 'Support'} asked to be let in, <Time at={open.at} />.
            </Text>
            <Button onClick={() => mutate({ access: 'on_request', hours: HOURS })}>Let in for {HOURS} hours</Button>
            <Button variant="default" onClick={end}>
              Not now
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  )
}
