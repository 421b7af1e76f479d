import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { wholeSentence } from '../words/problems.ts'

/** Shows a toast that confirms an act and replaces the one on screen. `forMs` overrides its duration. */
export function toast(message: ReactNode, forMs?: number): void {
  notifications.clean()
  notifications.show({ message, role: 'status', ...(forMs !== undefined && { autoClose: forMs }) })
}

/** Returns a handler that carries out an act and shows a refusal in a toast. */
export const attempt = (act: () => Promise<unknown>) => () => void act().catch(toastFailure)

/** Shows a refusal in a toast that stays until it is closed. */
export function toastFailure(error: unknown): void {
  notifications.clean()
  notifications.show({ message: wholeSentence(error), color: 'danger', autoClose: false, role: 'alert' })
}
