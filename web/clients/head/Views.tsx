import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { VIEWS, type View } from '../../../domain/rows/conditions.ts'
import { Hidden } from '../../components/plain/Hidden.tsx'
import { useLacksMine } from '../list/allowed.ts'
import { type ListSearch, readListSearch } from '../listSearch.ts'
import { countsQuery, shownCount } from './counts.ts'
import { MoreOfList } from './MoreOfList.tsx'
import { SaveView } from './SaveView.tsx'
import { type ListPlace, PLACE_OF, savedViewsQuery, shownView } from './savedViews.ts'
import classes from './Views.module.css'
import { VIEW_NAMES } from './viewWords.ts'

/** Links to the views of the list or the board with their counts, then to the saved views. */
export function Views(props: { place: ListPlace; view: View; search: ListSearch; isPerson: boolean }) {
  const { place, view, search, isPerson } = props
  const { data: counts } = useQuery(countsQuery)
  const lacksMine = useLacksMine()
  const { data: saved = [] } = useQuery(savedViewsQuery)
  const shown = shownView(saved, place, search)
  const mark = (isOn: boolean) => ({
    'aria-current': isOn ? ('page' as const) : undefined,
    'data-on': isOn || undefined,
  })
  return (
    <div className={classes.bar}>
      <nav aria-label="Views" className={classes.views}>
        {VIEWS.filter((one) => one !== 'mine' || isPerson).map((one) => {
          // A view outside the practice's plan has no count.
          const count = one === 'mine' && lacksMine ? null : (counts?.[one] ?? null)
          const isWork = (one === 'attention' || one === 'us') && count !== null && count > 0
          return (
            <Link
              key={one}
              to={place}
              search={{ ...search, view: one } as never}
              className={classes.view}
              {...mark(one === view && !shown)}
            >
              {VIEW_NAMES[one]}
              <span className={classes.count} data-work={isWork || undefined}>
                {counts && count !== null && (
                  <>
                    {shownCount(count, counts.upTo)}
                    <Hidden> {count === 1 ? 'client' : 'clients'}</Hidden>
                  </>
                )}
              </span>
            </Link>
          )
        })}
        {saved.map((one) => (
          <Link
            key={one.id}
            to={PLACE_OF[one.place] as string}
            search={readListSearch(one.search) as never}
            className={classes.view}
            {...mark(one === shown)}
          >
            {one.name}
          </Link>
        ))}
      </nav>
      <SaveView place={place} search={search} />
      {place === PLACE_OF.list && <MoreOfList search={{ ...search, view }} />}
    </div>
  )
}
