import { useIsFetching, useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { isHelping } from '../api/client.ts'
import classes from './Shell.module.css'
import { meQuery } from './useMe.ts'

/** So long after the page has read what it shows. */
const AFTER_MS = 750

const Bell = lazy(() => import('../notices/Bell.tsx'))

/** The bell, for those who are told of things: it comes after the page, whose first load it is no part of. */
export function BellPlace() {
  const { data: me } = useQuery(meQuery)
  const [isTime, setTime] = useState(false)
  const isBusy = useIsFetching() > 0
  useLocation()
  useEffect(() => {
    if (isBusy) return
    const timer = setTimeout(() => setTime(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [isBusy])
  if (!me?.rights.includes('have_notices') || isHelping()) return null
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
