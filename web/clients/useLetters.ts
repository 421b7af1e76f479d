import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { isElsewhere } from '../components/isElsewhere.ts'
import { areLettersOn } from '../shell/preferences.ts'

/** The keys of a client's pages, as their help names them. */
export const CLIENT_KEYS: [keys: string[], what: string][] = [
  [['1', '2', '3'], 'Overview, Users, Settings'],
  [['[', ']'], 'Previous and next client of the list'],
  [['u'], 'Back to the list'],
  [['i'], 'Invite'],
  [['r'], 'Resend'],
  [['e'], 'Extend'],
  [['y'], 'Copy link'],
  [['a'], 'Assign'],
]

/** Listens to single keys of a page, while nobody writes and nothing lies on top; what is null does nothing. */
export function useLetters(acts: Record<string, (() => void) | null>): void {
  const present = useRef(acts)
  present.current = acts
  const keys = Object.keys(acts).join(' ')
  useEffect(() => {
    const on = (key: string) => (event: KeyboardEvent) => {
      const act = present.current[key]
      if (!act || isElsewhere(event) || !areLettersOn()) return
      event.preventDefault()
      act()
    }
    return tinykeys(window, Object.fromEntries(keys.split(' ').map((key) => [key, on(key)])))
  }, [keys])
}
