import { useSyncExternalStore } from 'react'

/** The overlays that can be opened from several places. */
type Opened = 'palette' | 'signIn'

/** The name of the command key on this machine. */
export const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl'

const open = new Set<Opened>()
const listeners = new Set<() => void>()

/** Opens or closes an overlay. */
export function setOpened(what: Opened, isOpen: boolean): void {
  isOpen ? open.add(what) : open.delete(what)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Returns true while it is open, also before its code has loaded. */
export const isOpened = (what: Opened): boolean => open.has(what)

/** Returns the state of an overlay and a function to change it. */
export const useOpened = (what: Opened): [boolean, (isOpen: boolean) => void] => [
  useSyncExternalStore(subscribe, () => open.has(what)),
  (isOpen) => setOpened(what, isOpen),
]
