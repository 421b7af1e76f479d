import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ListSearch } from '../clients/listSearch.ts'

/** A figure that opens the list of the clients it counts. */
export function Figure(props: {
  search: Pick<ListSearch, 'week' | 'lastWeek' | 'within'>
  children: ReactNode
  tabIndex?: number
  place?: string
}) {
  const { search, children, tabIndex, place } = props
  return (
    <Anchor
      inherit
      underline="always"
      tabIndex={tabIndex}
      data-place={place}
      renderRoot={(given) => <Link to="/clients" search={{ view: 'all', ...search }} {...given} />}
    >
      {children}
    </Anchor>
  )
}
