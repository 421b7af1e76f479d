import { notifications } from '@mantine/notifications'

let last: string | null = null

/** Tells what was done. What was told before gives way, so that nothing is told late. */
export function told(message: string): void {
  if (last !== null) notifications.hide(last)
  last = notifications.show({ message, role: 'status' })
}
