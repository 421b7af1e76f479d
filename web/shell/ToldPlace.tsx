import { useNotifications } from '@mantine/notifications'
import { lazy, Suspense } from 'react'
import { useAfterPage } from './useAfterPage.ts'

const Told = lazy(() => import('./Told.tsx'))

/** Where it is said what was done: it comes after the page, or with the first that there is to say. */
export function ToldPlace() {
  const isTime = useAfterPage()
  const { notifications } = useNotifications()
  if (!isTime && notifications.length === 0) return null
  return (
    <Suspense>
      <Told />
    </Suspense>
  )
}
