import '@mantine/core/styles/Radio.css'
import { Checkbox, Radio, Skeleton, Stack, Table } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { SectionForm } from '../settings/SectionForm.tsx'
import classes from '../settings/Settings.module.css'
import { useSection } from '../settings/useSection.ts'
import { useMay } from '../shell/useMe.ts'
import { KINDS, WAYS } from '../words/notices.ts'

type Settings = Schema['NotificationSettings']
const queryKey = ['notification-settings']

/** Chooses the events and the channels of the member's notifications. */
export function NotificationsPage() {
  const may = useMay()
  const hasNotices = may('have_notices')
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: () => bodyOf(api.GET('/api/v1/me/notification-settings')),
    enabled: hasNotices,
  })
  return (
    <>
      <PageTitle title="Notifications" tab="Notifications · My settings" />
      {!hasNotices && (
        <EmptyState title="Nothing to choose here">
          Only people who work in a practice are told of its clients.
        </EmptyState>
      )}
      {error && !data && <ErrorState title="We couldn’t load what you get" error={error} onRetry={refetch} />}
      {hasNotices && !data && !error && <Skeleton height={400} maw={640} />}
      {data && <Choice saved={data} />}
    </>
  )
}

function Choice({ saved }: { saved: Settings }) {
  const queries = useQueryClient()
  const section = useSection(saved, 0, async ({ given }) => {
    queries.setQueryData(queryKey, await bodyOf(api.PUT('/api/v1/me/notification-settings', { body: given })))
  })
  const { given, set } = section
  const toggle = (way: (typeof WAYS)[number]['way'], kind: Settings['inApp'][number], isOn: boolean) =>
    set({ [way]: KINDS.map((one) => one.kind).filter((one) => (one === kind ? isOn : given[way].includes(one))) })
  return (
    <SectionForm
      title="What you get"
      text="It holds for what happens from now on, in this practice. The digest comes at 8:00 on weekdays when a client needs you."
      section={section}
    >
      <Radio.Group
        label="Clients"
        value={given.clients}
        onChange={(clients) => set({ clients: clients as Settings['clients'] })}
      >
        <Stack gap="sm" mt="sm">
          <Radio value="managed" label="Clients I manage" description="Admins also get those nobody manages." />
          <Radio value="all" label="All clients I can see" />
        </Stack>
      </Radio.Group>
      <div className={classes.ways}>
        <Table aria-label="What you get, and how">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              {WAYS.map(({ way, label }) => (
                <Table.Th key={way}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {KINDS.map(({ kind, label }) => (
              <Table.Tr key={kind}>
                <Table.Th scope="row">{label}</Table.Th>
                {WAYS.map(({ way, label: how }) => (
                  <Table.Td key={way} data-label={how}>
                    <Checkbox
                      aria-label={`${label}: ${how}`}
                      checked={given[way].includes(kind)}
                      onChange={(event) => toggle(way, kind, event.currentTarget.checked)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </SectionForm>
  )
}
