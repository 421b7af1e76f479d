import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { asProblem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'

/**
 * Says what was done. One thing is told at a time: it takes the place of what is told still, so that nothing is told late.
 * `forMs`: how long, where that is not as for everything.
 */
export function say(message: ReactNode, forMs?: number): void {
  notifications.clean()
  notifications.show({ message, role: 'status', ...(forMs !== undefined && { autoClose: forMs }) })
}

/** Says what was refused, until it is closed. */
export function tellFailure(error: unknown): void {
  notifications.clean()
  notifications.show({ message: sentenceOf(asProblem(error)), color: 'danger', autoClose: false, role: 'alert' })
}
