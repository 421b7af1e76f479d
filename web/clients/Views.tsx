import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { countsQuery, shownCount } from './counts.ts'
import { type ListSearch, VIEWS, type View } from './listSearch.ts'
import classes from './Views.module.css'
import { VIEW_NAMES } from './viewWords.ts'

/** The views of the list or the board, as links; the two that are work say how much. */
export function Views(props: { place: string; view: View; search: ListSearch; isPerson: boolean }) {
  const { place, view, search, isPerson } = props
  const { data: counts } = useQuery(countsQuery)
  return (
    <nav aria-label="Views" className={classes.views}>
      {VIEWS.filter((one) => one !== 'mine' || isPerson).map((one) => {
        const count = one === 'attention' || one === 'us' ? counts?.[one] : undefined
        return (
          <Link
            key={one}
            to={place}
            search={{ ...search, view: one } as never}
            className={classes.view}
            aria-current={one === view ? 'page' : undefined}
            data-on={one === view || undefined}
          >
            {VIEW_NAMES[one]}
            {counts && count !== undefined && count > 0 && (
              <span className={classes.count}>
                {shownCount(count, counts.upTo)}
                <VisuallyHidden> clients</VisuallyHidden>
              </span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}
