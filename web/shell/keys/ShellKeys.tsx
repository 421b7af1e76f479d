import { useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { PLACES } from '../bar/places.ts'
import { isOpened, useOpened } from '../opened.ts'
import { useAfterPage } from '../useAfterPage.ts'
import { useMay } from '../useMe.ts'
import { useKnows } from './useKnows.ts'
import { useShellKeys } from './useShellKeys.ts'

const loadPalette = () => import('./Palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const KeysHelp = lazy(async () => ({ default: (await import('./KeysHelp.tsx')).KeysHelp }))

/** The pages with a search field. */
const HAS_SEARCH = /^\/clients(\/board)?$/

/** The longest wait for a page's search field after `/`, in ms; a later focus would surprise. */
const FIELD_WITHIN_MS = 5_000

/** Binds the keys of every page and draws the palette and the help that they open. */
export function ShellKeys() {
  const router = useRouter()
  const may = useMay()
  const knows = useKnows()
  const [isFinding, find] = useOpened('palette')
  const [typed, setTyped] = useState('')
  const hasField = useRef(false)
  const isIdle = useAfterPage()
  useEffect(() => {
    if (isIdle) void loadPalette().catch(() => undefined)
  }, [isIdle])
  useEffect(() => {
    if (isFinding) return
    hasField.current = false
    setTyped('')
  }, [isFinding])
  const [hasHelp, setHelp] = useState(false)
  const leadsTo = (to: string) => {
    const place = PLACES.find((one) => to.startsWith(one.to))
    return knows(to) && (place === undefined || may(place.right))
  }
  const go = (to: string) => leadsTo(to) && router.history.push(to)
  useShellKeys({
    find: () => find(true),
    go,
    add: () => may('add_clients') && go('/clients/new'),
    search: () => {
      // During a navigation the old page's field is still mounted.
      const isThere = () => router.state.status === 'idle' && focusSearch()
      if (!isThere() && !HAS_SEARCH.test(location.pathname)) go('/clients')
      const began = performance.now()
      const again = () => !isThere() && performance.now() - began < FIELD_WITHIN_MS && setTimeout(again, 50)
      again()
    },
    help: () => setHelp(true),
    ahead: () => (isOpened('palette') && !hasField.current ? { type: setTyped, close: () => find(false) } : null),
  })
  return (
    <Suspense>
      {isFinding && (
        <Palette
          typed={typed}
          onType={setTyped}
          onReady={() => {
            hasField.current = true
          }}
          onClose={() => find(false)}
        />
      )}
      {hasHelp && <KeysHelp onClose={() => setHelp(false)} />}
    </Suspense>
  )
}

/** Focuses the page's search field. Returns false if it has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type=search]')
  field?.focus()
  return field !== null
}
