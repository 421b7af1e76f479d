import { Link } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext } from 'react'
import type { Span } from '../../domain/metrics/cohorts.ts'
import type { Cohort } from '../clients/listSearch.ts'
import classes from './Conversion.module.css'

/** The report that is shown. Figures of a past day open no lists, because lists show clients as they are today. */
export const Shown = createContext<{ by: Span; isPast: boolean }>({ by: 'week', isPast: false })

/** A figure that opens the list of the clients it counts. */
export function Figure(props: { search: Cohort; children: ReactNode; tabIndex?: number; place?: string }) {
  const { search, children, tabIndex, place } = props
  const { by, isPast } = useContext(Shown)
  if (isPast) return children
  // A plain link, because a report has a hundred of them.
  return (
    <Link
      to="/clients"
      search={{ view: 'all', ...search, ...(by === 'month' && { by }) }}
      className={classes.link}
      tabIndex={tabIndex}
      data-place={place}
    >
      {children}
    </Link>
  )
}
