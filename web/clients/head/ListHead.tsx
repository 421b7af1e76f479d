import { ActionIcon, Button, VisuallyHidden } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ComponentProps, memo } from 'react'
import type { View } from '../../../domain/rows/conditions.ts'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { timeIn } from '../../components/Time.tsx'
import { useMay, useMe, useZone } from '../../shell/useMe.ts'
import type { ListSearch } from '../listSearch.ts'
import { useColleagues } from '../useColleagues.ts'
import type { Layout } from '../useLayout.ts'
import type { useLiveRows } from '../useLiveRows.ts'
import { countsQuery, shownCount } from './counts.ts'
import { Filters } from './Filters.tsx'
import classes from './ListHead.module.css'
import { type ListPlace, PLACE_OF, savedViewsQuery } from './savedViews.ts'
import { Views } from './Views.tsx'

/** The two layouts of the clients. */
const PLACES = [
  { to: PLACE_OF.list, label: 'List' },
  { to: PLACE_OF.board, label: 'Board' },
]

const HOUR_MS = 3_600_000

/**
 * The head of the list and the board: title, views, filters and live notices. `isQuiet`: the practice has no client yet
 * and the page below has the button to add one. `isCovered`: a bar covers the place of the floating button on phones.
 */
export const ListHead = memo(function ListHead(props: {
  place: ListPlace
  view: View
  /** The search in the address; the views and the other layout keep it. */
  search: ListSearch
  /** The search that the filters show, if it adds defaults to the address. */
  shown?: ListSearch
  layout: Layout
  live: ReturnType<typeof useLiveRows>
  isQuiet: boolean
  isCovered?: boolean
  onChange: ComponentProps<typeof Filters>['onChange']
}) {
  const { place, view, search, shown = search, layout, live, isQuiet, isCovered, onChange } = props
  const me = useMe()
  const may = useMay()
  const managers = useColleagues()
  const { data: counts } = useQuery(countsQuery)
  const { data: saved = [] } = useQuery(savedViewsQuery)
  // A member who sees only some clients may see none here and still needs the saved views.
  const isBare = isQuiet && saved.length === 0 && may('assign_clients')
  const canAdd = may('add_clients') && !isQuiet
  const isPhone = layout === 'phone'
  const attention = counts?.attention ?? 0
  const count = attention > 0 ? `(${shownCount(attention, counts?.upTo ?? 100)}) ` : ''
  return (
    <>
      <PageTitle title="Clients" tab={`${count}${place === '/clients' ? '' : 'Board · '}Clients`}>
        <nav aria-label="Layout" className={classes.switch}>
          {PLACES.map(({ to, label }) => (
            <Link
              key={to}
              to={to as string}
              search={search as never}
              className={classes.side}
              aria-current={to === place ? 'page' : undefined}
              data-on={to === place || undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        {canAdd && !isPhone && (
          <Button component={Link} to={'/clients/new' as string} leftSection={<IconPlus size={16} stroke={1.75} />}>
            Add client
          </Button>
        )}
      </PageTitle>
      {canAdd && isPhone && !isCovered && (
        <ActionIcon
          component={Link}
          to={'/clients/new' as string}
          variant="filled"
          color="accent"
          size={56}
          radius="xl"
          aria-label="Add client"
          className={classes.add}
        >
          <IconPlus size={20} stroke={1.75} />
        </ActionIcon>
      )}
      {!isBare && (
        <>
          <Views place={place} view={view} search={search} isPerson={me.user !== null} />
          <Filters search={shown} managers={managers} isPhone={isPhone} onChange={onChange} />
        </>
      )}
      <LiveNotices live={live} />
    </>
  )
})

/** Reports lost live updates, offers the changes that wait, and announces changes to screen readers. */
function LiveNotices({ live }: { live: ReturnType<typeof useLiveRows> }) {
  const zone = useZone()
  const { lostSince, waiting, readAnew, announcement } = live
  const show = () => {
    // New rows stand at the top.
    window.scrollTo(0, 0)
    void readAnew()
  }
  return (
    <>
      {lostSince !== null && (
        <p className={classes.notice} data-tone="warn" role="status">
          Live updates stopped at {timeIn('past', new Date(lostSince).toISOString(), lostSince + HOUR_MS, zone)}.
          Reconnecting.
        </p>
      )}
      {waiting > 0 && (
        <p className={classes.notice}>
          <Button variant="subtle" size="compact-sm" onClick={show}>
            Show {waiting} {waiting === 1 ? 'change' : 'changes'}
          </Button>
        </p>
      )}
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
    </>
  )
}
