import { Button, Skeleton, Text } from '@mantine/core'
import { IconLifebuoy } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { ActButton } from '../../components/ActButton.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { Select } from '../../components/Select.tsx'
import { Time } from '../../components/Time.tsx'
import { toast } from '../../components/toast.ts'
import { useFresh } from '../../components/useFresh.ts'
import { useMay, useZone } from '../../shell/useMe.ts'
import { dayOf } from '../../words/times.ts'
import { keep } from '../verbs/keep.ts'
import classes from './ClientPage.module.css'
import { type Onboarding, TIMELINE_FILTERS, type TimelineFilter, timelineQuery } from './queries.ts'
import { Section } from './Section.tsx'
import { undoOf } from './undoOf.ts'

const FILTERS = Object.entries(TIMELINE_FILTERS).map(([value, label]) => ({ value, label }))

/** Lists the events newest first, grouped by day, one sentence each. The filter narrows them. */
export function Timeline({ client }: { client: Onboarding }) {
  const { id } = client
  const may = useMay()
  const zone = useZone()
  const [only, setOnly] = useState<TimelineFilter>('all')
  const timeline = useInfiniteQuery(timelineQuery(id, only))
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = timeline
  // Only the first page highlights new entries; loading an older page or another filter brings no news.
  const newest = timeline.isPlaceholderData ? null : (data?.pages[0]?.items ?? null)
  const fresh = useFresh(newest && Object.fromEntries(newest.map(({ seq, at }) => [seq, at])), only)
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const latest = new Set(Object.values(Object.groupBy(items, lastOf)).map((same) => same?.[0]?.seq))
  const days = [...Map.groupBy(items, ({ at }) => dayOf(Date.parse(at), Date.now(), zone))]
  return (
    <Section
      id="timeline"
      title="Timeline"
      isFolded
      beside={
        <Select
          aria-label="Show in the timeline"
          data={FILTERS}
          value={only}
          onChange={(value) => setOnly(value as TimelineFilter)}
          w={152}
        />
      }
    >
      {error && !data ? (
        <ErrorState title="We couldn’t load what happened" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          {items.length === 0 && (
            <Text size="sm" c="dimmed" mt="md">
              Nothing yet.
            </Text>
          )}
          {days.map(([day, entries]) => (
            <div key={day}>
              <h3 className={classes.day}>{day}</h3>
              <ol>
                {entries.map((entry) => {
                  const { seq, at, kind, sentence, note, actor } = entry
                  const mayUndo = may(kind === 'cancelled' ? 'cancel_clients' : 'work_clients')
                  return (
                    <li key={seq} className={classes.entry} data-fresh={fresh.has(`${seq}`) || undefined}>
                      <Time at={at} as="clock" />
                      <span>
                        {actor.type === 'support' && (
                          <IconLifebuoy
                            size={16}
                            stroke={1.75}
                            role="img"
                            aria-label="Support"
                            className={classes.icon}
                          />
                        )}
                        {sentence}
                        {actor.name && <span className={classes.dimmed}> · {actor.name}</span>}
                        {mayUndo && latest.has(seq) && <Undo act={undoOf(entry, client)} about={sentence} />}
                        {note && <span className={classes.note}>{note}</span>}
                      </span>
                    </li>
                  )
                })}
              </ol>
            </div>
          ))}
          {hasNextPage && (
            <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more
            </Button>
          )}
        </>
      ) : (
        <Skeleton height={96} mt="md" />
      )}
    </Section>
  )
}

/** Returns a key per kind and step: of the events with the same key only the latest can be undone. */
const lastOf = ({ kind, step }: Schema['TimelineEntry']): string => `${kind} ${step}`

/** Undoes an event of the timeline; unlike a toast, it has no time limit. */
function Undo({ act, about }: { act: (() => Promise<Onboarding>) | null; about: string }) {
  if (!act) return null
  const undo = async () => {
    keep(await act())
    toast('Undone')
  }
  return (
    <ActButton variant="subtle" size="compact-sm" ml="xs" act={undo} aria-label={`Undo: ${about}`}>
      Undo
    </ActButton>
  )
}
