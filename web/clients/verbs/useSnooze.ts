import { api, bodyOf } from '../../api/client.ts'
import type { Row } from '../row/rowWords.ts'
import { useAtOnce } from './atOnce.ts'
import { keep } from './keep.ts'

/** Has the chasing of a client stopped until an instant, or (null) go on. Throws what was refused. */
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

/** The same, shown at once; `done` tells of it. */
export function useSnooze(): (client: Row, until: string | null, done?: () => void) => void {
  const atOnce = useAtOnce()
  return (client, until, done) => {
    const { id, situation } = client
    // Nobody is reminded meanwhile; what is due after it, the server says.
    const next = situation.next.filter(({ what }) => !['reminder', 'staff_reminder', 'wake'].includes(what))
    const change = { snoozedUntil: until, situation: { ...situation, next } }
    atOnce({ client, change, ask: () => askToSnooze(id, until), done })
  }
}
