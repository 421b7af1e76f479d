import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { isHelping } from '../../api/client.ts'
import classes from '../Shell.module.css'
import { useAfterPage } from '../useAfterPage.ts'
import { meQuery } from '../useMe.ts'

const Bell = lazy(() => import('../../notices/Bell.tsx'))

/** Loads the bell after the page, for those who have notices. Hidden while support helps a practice. */
export function BellPlace() {
  const { data: me } = useQuery(meQuery)
  const isTime = useAfterPage()
  const isElsewhere = useLocation({ select: isHelping })
  if (!me?.rights.includes('have_notices') || isElsewhere) return null
  return (
    <div className={classes.bell}>
      {isTime && (
        <Suspense>
          <Bell />
        </Suspense>
      )}
    </div>
  )
}
