import { Button, Group, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AUDIT_KINDS, type AuditKind } from '../../../domain/practice/audit.ts'
import { AUDIT_WORDS, auditDetail, NAMELESS } from '../../../domain/practice/auditWords.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { fileAddress } from '../../api/fileAddress.ts'
import { useColleagues } from '../../clients/useColleagues.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { Select } from '../../components/Select.tsx'
import { Time } from '../../components/Time.tsx'
import { Below, Records } from '../Records.tsx'

type Filter = { kind?: AuditKind; person?: string }

/** The audit log: sign-ins, and changes of rights, keys and settings, with person, time and address. */
export function AuditPage() {
  const [filter, setFilter] = useState<Filter>({})
  const colleagues = useColleagues()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/api/v1/audit', {
          params: { query: { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = data?.pages.flatMap((page) => page.items)
  return (
    <>
      <PageTitle title="Audit log" tab="Audit log · Settings">
        <Button component="a" variant="default" href={fileAddress('/api/v1/audit/export', filter)} download="audit.csv">
          Download CSV
        </Button>
      </PageTitle>
      <Group gap="sm" mb="lg">
        <Select
          aria-label="What"
          placeholder="Everything"
          clearable
          clearButtonProps={{ 'aria-label': 'Everything' }}
          data={AUDIT_KINDS.map((value) => ({ value, label: AUDIT_WORDS[value] }))}
          value={filter.kind ?? null}
          onChange={(kind) => setFilter({ ...filter, kind: (kind as AuditKind) ?? undefined })}
        />
        <Select
          aria-label="Who"
          placeholder="Everybody"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Everybody' }}
          data={[...colleagues].map(([value, label]) => ({ value, label }))}
          value={filter.person ?? null}
          onChange={(person) => setFilter({ ...filter, person: person ?? undefined })}
        />
      </Group>
      {error && !data && <ErrorState title="We couldn’t load the audit log" error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton height={240} aria-busy="true" />}
      {items?.length === 0 && <EmptyState title="Nothing was recorded">Change what is asked for above.</EmptyState>}
      {items && items.length > 0 && (
        <Records
          label="Records"
          items={items}
          keyOf={({ id }) => id}
          columns={{
            When: ({ at }) => <Time at={at} />,
            Who: ({ actor }) => actor.name ?? NAMELESS[actor.type],
            What: (event) => (
              <>
                {AUDIT_WORDS[event.kind]}
                <Detail {...event} />
              </>
            ),
            'From where': ({ address }) => address ?? '–',
          }}
        />
      )}
      {hasNextPage && (
        <Button variant="default" mt="lg" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  )
}

function Detail({ subject, actor, data }: Schema['AuditEvent']) {
  const about = subject?.name && subject.id !== actor.id ? subject.name : ''
  const detail = [about, auditDetail(data)].filter(Boolean).join(' · ')
  return detail && <Below>{detail}</Below>
}
