import { useSyncExternalStore } from 'react'

/** An open question for the password, or for a single sign-on at `url`; `settle` answers it. */
export type Asked = { url: string | null; settle: (isConfirmed: boolean) => void }

let asked: Asked | null = null
let answer: Promise<boolean> | null = null
const listeners = new Set<() => void>()

function set(next: Asked | null): void {
  asked = next
  for (const listener of listeners) listener()
}

/**
 * Asks the person to confirm their identity in a dialog over the page. Resolves to true once confirmed and to false if
 * cancelled; requests that wait at the same time share one dialog.
 */
export function askToConfirm(url: string | null): Promise<boolean> {
  answer ??= new Promise<boolean>((resolve) => {
    const settle = (isConfirmed: boolean) => {
      answer = null
      set(null)
      resolve(isConfirmed)
    }
    set({ url, settle })
  })
  return answer
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Returns the open question, or null. */
export const useAsked = (): Asked | null => useSyncExternalStore(subscribe, () => asked)
