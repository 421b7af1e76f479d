import { useEffect } from 'react'
import { VIEWS, type View } from './listSearch.ts'

const KEPT = 'embark.view'

/** The view asked for, or the one used last; the first time what needs attention. */
export function useLastView(asked: View | undefined): View {
  const view = asked ?? VIEWS.find((one) => one === localStorage.getItem(KEPT)) ?? 'attention'
  useEffect(() => localStorage.setItem(KEPT, view), [view])
  return view
}
