import { useEffect, useRef } from 'react'
import { isElsewhere } from '../../components/isElsewhere.ts'
import { areLettersOn } from '../preferences.ts'

/** The time in ms within which a letter must follow `g`. */
const PLACE_WITHIN_MS = 1_500

/** The pages that `g` and a letter open. */
export const PLACE_LETTERS: Record<string, string> = {
  c: '/clients',
  b: '/clients/board',
  r: '/reports/conversion',
  t: '/team',
  s: '/settings',
}

type Acts = {
  /** Opens the palette. It needs Ctrl or ⌘, so it works in fields too. */
  find: () => void
  go: (to: string) => void
  add: () => void
  search: () => void
  help: () => void
  /** Returns the receiver of keys from the palette's opening until its field has the focus; else null. */
  ahead: () => AheadOfPalette | null
}

/** Receives the keys while the palette is still loading. */
export type AheadOfPalette = { type: (edit: (typed: string) => string) => void; close: () => void }

/** Returns true for keys of the browser, such as reload. */
const isBrowsers = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey || event.altKey ? event.key !== 'k' : /^F\d+$/.test(event.key)) &&
  !event.getModifierState('AltGraph')

/** Applies a key to the palette's text before its field exists. */
function typeAhead(event: KeyboardEvent, { type, close }: AheadOfPalette): void {
  if (isBrowsers(event)) return
  event.preventDefault()
  event.stopPropagation()
  const { key } = event
  const hasCommand = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph')
  if (key === 'Escape') close()
  else if (key === 'Backspace') type((typed) => [...typed].slice(0, -1).join(''))
  else if ([...key].length === 1 && !hasCommand) type((typed) => typed + key)
}

/** Binds the keys of every page in the capture phase: the letter after `g` must not also act on the page. */
export function useShellKeys(acts: Acts): void {
  const present = useRef(acts)
  present.current = acts
  useEffect(() => {
    let goingSince = Number.NEGATIVE_INFINITY
    const letterOf = (event: KeyboardEvent): (() => void) | null => {
      const { add, go, help, search } = present.current
      const isGoing = event.timeStamp - goingSince < PLACE_WITHIN_MS
      goingSince = Number.NEGATIVE_INFINITY
      const to = isGoing ? PLACE_LETTERS[event.key] : undefined
      if (to !== undefined) return () => go(to)
      if (event.key === 'g') {
        return () => {
          goingSince = event.timeStamp
        }
      }
      return { n: add, '/': search, '?': help }[event.key] ?? null
    }
    const press = (event: KeyboardEvent) => {
      const ahead = present.current.ahead()
      if (ahead) return typeAhead(event, ahead)
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === 'k'
      if (isFind && document.querySelector('[role=dialog]')) return
      if (!isFind && (isElsewhere(event) || !areLettersOn())) return
      const act = isFind ? present.current.find : letterOf(event)
      if (!act) return
      event.preventDefault()
      event.stopPropagation()
      act()
    }
    window.addEventListener('keydown', press, true)
    return () => window.removeEventListener('keydown', press, true)
  }, [])
}
