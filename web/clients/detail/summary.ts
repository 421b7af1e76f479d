import { timeIn } from '../../components/Time.tsx'
import { MOVES, STAGES } from '../../words/states.ts'
import { piecesOf } from '../row/rowWords.ts'
import { firstOf } from '../verbs/words.ts'
import type { Onboarding } from './queries.ts'

/** Returns the client's situation as five plain lines for the clipboard. */
export function summaryOf(client: Onboarding, manager: string | null, now: number, zone: string): string {
  const { organisation, situation, status, invitation } = client
  const move = situation.move === 'client' ? firstOf(client) : situation.move && MOVES[situation.move].label
  const next = piecesOf(client, now)
    .filter(({ at, as }) => at && as !== 'since')
    .map(({ words, at, as }) => `${words} ${timeIn(as === 'past' ? 'past' : 'full', at ?? '', now, zone)}`)
  const contact = invitation ?? organisation.contact
  const who = [contact?.name, contact?.email ?? contact?.phone].filter(Boolean).join(', ')
  return [
    [organisation.name, organisation.reference, organisation.practiceCode].filter(Boolean).join(' · '),
    `${STAGES[status].label}: ${[situation, ...situation.also].map(({ sentence }) => sentence).join(' · also ')}`,
    `${move ? `Waiting for: ${move}, since` : 'Since'} ${timeIn('full', situation.since, now, zone)}`,
    `Next: ${next.join(', ') || 'nothing is scheduled'}`,
    `Contact: ${who || 'none'} · Account manager: ${manager ?? 'none'}`,
  ].join('\n')
}
