import { useEffect } from 'react'
import { VIEWS, type View } from '../listSearch.ts'

const KEPT = 'embark.view'

/** The view asked for, or the one used last; the first time what needs attention. */
export const lastView = (asked: View | undefined): View =>
  asked ?? VIEWS.find((one) => one === localStorage.getItem(KEPT)) ?? 'attention'

/** The view asked for, or the one used last, which this one is from now on. */
export function useLastView(asked: View | undefined): View {
  const view = lastView(asked)
  useEffect(() => localStorage.setItem(KEPT, view), [view])
  return view
}
