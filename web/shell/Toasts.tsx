import '@mantine/core/styles/Notification.css'
import '@mantine/notifications/styles.css'
import { Notifications } from '@mantine/notifications'

/** The toasts, at the lower left. */
export default function Toasts() {
  return <Notifications position="bottom-left" limit={1} autoClose={5_000} />
}
