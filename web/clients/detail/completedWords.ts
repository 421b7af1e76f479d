import { DAY_MS } from '../../../domain/situation.ts'
import { durationWords } from '../../../domain/words/dates.ts'
import { dayOf, endOf } from '../../words/times.ts'
import type { Onboarding } from './queries.ts'
import { stepDetail } from './steps/stepWords.ts'

/** Returns `Completed Tue 3 Mar, 2 days after the invitation`; the second half only if the client was invited. */
export function completedWords({ completedAt, situation, invitation }: Onboarding, now: number, zone: string): string {
  const at = Date.parse(completedAt ?? situation.since)
  const completed = `Completed ${dayOf(at, now, zone)}`
  if (!invitation?.firstInvitedAt) return completed
  const tookMs = at - Date.parse(invitation.firstInvitedAt)
  const days = Math.floor(tookMs / DAY_MS)
  return `${completed}, ${days < 1 ? durationWords(tookMs) : days === 1 ? '1 day' : `${days} days`} after the invitation`
}

/** Returns the connections in words: `Northgate, 2 accounts, access until Fri 27 Feb 09:30 · Xero: Orchard Lane Ltd`. */
export function standingWords(client: Onboarding, now: number, zone: string): string {
  return client.steps
    .filter(({ state }) => state === 'done')
    .flatMap((step) => {
      const detail = stepDetail(step, client)
      const ends = client.connections
        .filter(({ kind, state }) => kind === step.kind && state === 'connected')
        .flatMap(({ accessUntil }) => (accessUntil ? [Date.parse(accessUntil)] : []))
      const end = ends.find((at) => at > now) ?? ends[0]
      const access = end === undefined ? '' : `, access ${end > now ? 'until' : 'ended'} ${endOf(end, zone)}`
      return detail ? [`${detail}${access}`] : []
    })
    .join(' · ')
}
