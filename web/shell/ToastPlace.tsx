import { useNotifications } from '@mantine/notifications'
import { lazy, Suspense } from 'react'
import { useAfterPage } from './useAfterPage.ts'

const Toasts = lazy(() => import('./Toasts.tsx'))

/** Loads the toasts after the page, or earlier with the first toast. */
export function ToastPlace() {
  const isTime = useAfterPage()
  const { notifications } = useNotifications()
  if (!isTime && notifications.length === 0) return null
  return (
    <Suspense>
      <Toasts />
    </Suspense>
  )
}
