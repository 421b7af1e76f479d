import { lazy, Suspense } from 'react'
import { useAfterPage } from './useAfterPage.ts'

const Tips = lazy(() => import('../components/Tips.tsx'))

/** What times and icons say more of themselves: it comes after the page. */
export const TipsPlace = () =>
  useAfterPage() && (
    <Suspense>
      <Tips />
    </Suspense>
  )
