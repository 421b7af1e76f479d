import { Button, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Column } from '../../../domain/rows/conditions.ts'
import type { Schema } from '../../api/client.ts'
import { Hidden } from '../../components/plain/Hidden.tsx'
import { None } from '../../components/plain/States.tsx'
import { TimeAt } from '../../components/Time.tsx'
import { useDrawn } from '../../components/useDrawn.ts'
import { problemSentence } from '../../words/problems.ts'
import { ageOf } from '../../words/times.ts'
import { shownCount } from '../head/counts.ts'
import { listQuery } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'
import type { Managed } from '../row/ManageButton.tsx'
import classes from './Board.module.css'
import { BoardCard } from './BoardCard.tsx'
import { COLUMN_NAMES } from './columns.ts'

type Head = Schema['Board']['columns'][number] & { upTo: number }

/** A column of the board: name, number of clients, longest waiting time, and the cards, fifty at a time. */
export function BoardColumn(props: {
  column: Column
  /** Undefined while loading. */
  head: Head | undefined
  search: ListSearch
  /** The number of cards to draw in the first frame; the rest follows, so that the board appears at once. */
  atOnce: number
  now: number
  zone: string
  managers: ReadonlyMap<string, string>
  fresh: ReadonlySet<string>
  left: ReadonlySet<string>
  /** The id of the client whose menu is open. */
  managed: string | null
  onManage: (managed: Managed) => void
}) {
  const { column, head, search, atOnce, now, zone, managers, fresh, left, managed, onManage } = props
  const headingId = useId()
  const list = useInfiniteQuery(listQuery(search, column))
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const [active, setActive] = useState<string | null>(null)
  const isWhole = useDrawn(rows[0]?.id ?? null)
  const isKnown = rows.some(({ id }) => id === active)
  return (
    <section className={classes.column} data-column={column} aria-labelledby={headingId}>
      <div className={classes.head}>
        <h2 id={headingId} className={classes.title}>
          {COLUMN_NAMES[column]}
        </h2>
        {head ? <HeadFigures column={column} head={head} now={now} zone={zone} /> : <span className={classes.oldest} />}
      </div>
      {list.error && rows.length === 0 ? (
        <div role="alert" className={classes.empty}>
          <Text size="sm">{problemSentence(list.error)}</Text>
          <Button variant="default" onClick={() => void list.refetch()}>
            Try again
          </Button>
        </div>
      ) : list.isPending ? (
        <CardsToCome />
      ) : rows.length === 0 ? (
        <p className={classes.empty}>
          <span aria-hidden="true">–</span> None
        </p>
      ) : (
        <ul className={classes.cards} data-old={list.isPlaceholderData || undefined}>
          {(isWhole ? rows : rows.slice(0, atOnce)).map((row, index) => (
            <BoardCard
              key={row.id}
              row={row}
              now={now}
              zone={zone}
              manager={(row.accountManager && managers.get(row.accountManager.id)) ?? null}
              isActive={isKnown ? row.id === active : index === 0}
              isFresh={fresh.has(row.id)}
              hasLeft={left.has(row.id)}
              onFocus={setActive}
              isManaged={row.id === managed}
              onManage={onManage}
            />
          ))}
          {isWhole && list.hasNextPage && (
            <li className={classes.more}>
              <Button
                variant="subtle"
                fullWidth
                loading={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                Show more
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  )
}

/** Shows the number of clients in a column and the longest waiting time; for completed clients, who is among them. */
function HeadFigures(props: { column: Column; head: Head; now: number; zone: string }) {
  const { column, head, now, zone } = props
  const { count, upTo, waitingSince } = head
  return (
    <>
      <span className={classes.figures}>
        {count === 0 ? <None /> : shownCount(count, upTo)}
        <Hidden> {count === 1 ? 'client' : 'clients'}</Hidden>
      </span>
      <span className={classes.oldest}>
        {column === 'completed'
          ? 'last 30 days, and who is waited for'
          : waitingSince &&
            ageOf(Date.parse(waitingSince), now) && (
              <>
                oldest <TimeAt at={waitingSince} as="age" now={now} zone={zone} isInTabOrder />
              </>
            )}
      </span>
    </>
  )
}

const CardsToCome = () => (
  <div className={classes.cards} aria-busy="true">
    {['a', 'b', 'c'].map((one) => (
      <div key={one} className={classes.card}>
        <Skeleton height={14} width="70%" my={3} />
        <Skeleton height={14} width="90%" my={3} />
      </div>
    ))}
  </div>
)
