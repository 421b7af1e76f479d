import { useSyncExternalStore } from 'react'

/** Asks the acting person for the password again, or sends them to the practice's own sign-in at `url`. */
export type Asked = { url: string | null; settle: (isConfirmed: boolean) => void }

let asked: Asked | null = null
let answer: Promise<boolean> | null = null
const listeners = new Set<() => void>()

function set(next: Asked | null): void {
  asked = next
  for (const listener of listeners) listener()
}

/**
 * Asks over the page whoever acts to prove who they are. Resolves to true once they did, and to false if they would not;
 * several requests that wait for it share one question.
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

/** Question that is asked at the moment; null for none. */
export const useAsked = (): Asked | null => useSyncExternalStore(subscribe, () => asked)
