import { notifications } from '@mantine/notifications'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { timeIn } from '../../components/Time.tsx'
import { useZone } from '../../shell/useMe.ts'
import { sentenceOf } from '../../words/problems.ts'

/** Says what was done. One thing is told at a time: it takes the place of what is told still. */
export const say = (message: string): void => {
  notifications.clean()
  notifications.show({ message, role: 'status' })
}

/** Says what was refused, until it is closed. */
export const tellFailure = (error: unknown): void => {
  notifications.clean()
  notifications.show({ message: sentenceOf(asProblem(error)), color: 'danger', autoClose: false, role: 'alert' })
}

/** Copies a client's link and says until when it works. Throws what was refused. */
export function useCopyLink(): (id: string) => Promise<void> {
  const zone = useZone()
  return async (id) => {
    const params = { path: { id } }
    const { url, expiresAt } = await bodyOf(api.POST('/api/v1/onboardings/{id}/links', { params }))
    await navigator.clipboard.writeText(url)
    const until = expiresAt ? ` It works until ${timeIn('end', expiresAt, Date.now(), zone)}.` : ''
    say(`Link copied.${until}`)
  }
}
