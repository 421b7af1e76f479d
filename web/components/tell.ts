import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'

/** Shows a toast that confirms an act and replaces the one on screen. `forMs` overrides its duration. */
export function say(message: ReactNode, forMs?: number): void {
  notifications.clean()
  notifications.show({ message, role: 'status', ...(forMs !== undefined && { autoClose: forMs }) })
}

/** Shows a refusal in a toast that stays until it is closed. */
export function tellFailure(error: unknown): void {
  notifications.clean()
  notifications.show({ message: sentenceOf(asProblem(error)), color: 'danger', autoClose: false, role: 'alert' })
}
