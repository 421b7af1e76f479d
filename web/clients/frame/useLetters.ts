import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { isElsewhere } from '../../components/isElsewhere.ts'
import { areLettersOn } from '../../shell/preferences.ts'
import { useIsLeaving } from '../../shell/useIsLeaving.ts'

/** The keys of a client's pages, for the help dialog. */
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

/** Binds single keys of a page, inactive in fields and under overlays. Null acts do nothing. */
export function useLetters(acts: Record<string, (() => void) | null>): void {
  const isLeaving = useIsLeaving()
  const present = useRef({ acts, isLeaving })
  present.current = { acts, isLeaving }
  const keys = Object.keys(acts).join(' ')
  useEffect(() => {
    const on = (key: string) => (event: KeyboardEvent) => {
      const { acts, isLeaving } = present.current
      const act = acts[key]
      if (!act || isElsewhere(event) || !areLettersOn() || isLeaving()) return
      event.preventDefault()
      act()
    }
    const listeners = Object.fromEntries(keys.split(' ').map((key) => [key, on(key)]))
    return tinykeys(window, listeners, { ignore: () => false })
  }, [keys])
}
