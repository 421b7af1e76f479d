import { api, bodyOf } from '../../api/client.ts'
import type { Row } from '../row/rowWords.ts'
import { useAtOnce } from './atOnce.ts'
import { keep } from './keep.ts'

/** Pauses a client's reminders until an instant (ISO); null resumes them. Throws a `Problem`. */
export async function askToSnooze(id: string, until: string | null): Promise<void> {
  const params = { path: { id } }
  keep(
    await bodyOf(
      until === null
        ? api.POST('/api/v1/onboardings/{id}/resume', { params })
        : api.POST('/api/v1/onboardings/{id}/snooze', { params, body: { until } }),
    ),
  )
}

/** Returns the same as an optimistic act; `done` runs on success. */
export function useSnooze(): (client: Row, until: string | null, done?: () => void) => void {
  const atOnce = useAtOnce()
  return (client, until, done) => {
    const { id, situation } = client
    // Removes the reminders from what is next; the server's answer brings those due after the pause.
    const next = situation.next.filter(({ what }) => !['reminder', 'staff_reminder', 'wake'].includes(what))
    const change = { snoozedUntil: until, situation: { ...situation, next } }
    atOnce({ client, change, ask: () => askToSnooze(id, until), done })
  }
}
