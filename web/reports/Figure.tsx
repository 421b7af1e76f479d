import { Link } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext } from 'react'
import type { Cohort } from '../clients/listSearch.ts'
import classes from './Conversion.module.css'

/** True in the report of a past day, whose figures open no lists, because lists show clients as they are today. */
export const IsPast = createContext(false)

/** A figure that opens the list of the clients it counts. */
export function Figure(props: { search: Cohort; children: ReactNode; tabIndex?: number; place?: string }) {
  const { search, children, tabIndex, place } = props
  const isPast = useContext(IsPast)
  if (isPast) return children
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
