import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Cohort } from '../clients/listSearch.ts'
import classes from './Conversion.module.css'

/** A figure that opens the list of the clients it counts. */
export function Figure(props: { search: Cohort; children: ReactNode; tabIndex?: number; place?: string }) {
  const { search, children, tabIndex, place } = props
  // A plain link, because a report has a hundred of them.
  return (
    <Link
      to="/clients"
      search={{ view: 'all', ...search }}
      className={classes.link}
      tabIndex={tabIndex}
      data-place={place}
    >
      {children}
    </Link>
  )
}
