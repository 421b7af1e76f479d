import { api, bodyOf } from '../../api/client.ts'
import { timeIn } from '../../components/Time.tsx'
import { say } from '../../components/tell.ts'
import { useZone } from '../../shell/useMe.ts'

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
