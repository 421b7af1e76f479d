import { useNotifications } from '@mantine/notifications'
import { lazy, Suspense } from 'react'
import { useAfterPage } from './useAfterPage.ts'

const Told = lazy(() => import('./Told.tsx'))

/** Loads the toasts after the page, or earlier with the first toast. */
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
