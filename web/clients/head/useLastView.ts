import { useEffect } from 'react'
import { VIEWS, type View } from '../../../domain/rows/conditions.ts'

const VIEW_KEY = 'embark.view'

/** Returns the requested view, else the one used last, else `attention`. */
export const lastView = (asked: View | undefined): View =>
  asked ?? VIEWS.find((one) => one === localStorage.getItem(VIEW_KEY)) ?? 'attention'

/** Returns the same and remembers it as the view used last. */
export function useLastView(asked: View | undefined): View {
  const view = lastView(asked)
  useEffect(() => localStorage.setItem(VIEW_KEY, view), [view])
  return view
}
