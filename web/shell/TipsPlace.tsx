import { lazy, Suspense } from 'react'
import { useAfterPage } from './useAfterPage.ts'

const Tips = lazy(() => import('../components/Tips.tsx'))

/** Loads the page's tooltips after the page. */
export const TipsPlace = () =>
  useAfterPage() && (
    <Suspense>
      <Tips />
    </Suspense>
  )
