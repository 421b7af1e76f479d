import { isDead, type MessageFact, type MessageState } from '../messageFacts.ts'
import { isOfInvitation } from '../messages.ts'
import type { Channel, Facts, Instant } from '../situation.ts'
import { type Delivery, deliveryWord, lacksReceipt } from './deliveryWord.ts'

/** Message states in the order of progress. Of several messages through one channel the furthest is shown. */
const FURTHER: MessageState[] = ['withdrawn', 'queued', 'sending', 'delayed', 'sent', 'delivered']

/**
 * Returns one delivery state per channel of the present invitation: that of the last message if it will not arrive,
 * else the furthest. Failures come first, then the furthest. Channels without a message are left out.
 */
export function deliveriesOf(facts: Facts, now: Instant): { channel: Channel; state: Delivery; at: number }[] {
  const { invitation } = facts
  if (!invitation) return []
  const found = (['email', 'sms'] as const).flatMap((channel) => {
    const sent = facts.messages.filter(
      (m) => m.channel === channel && m.generation === invitation.generation && isOfInvitation(m.purpose),
    )
    const telling = leadingOf(sent)
    if (!telling) return []
    const used = invitation.acceptedChannel === channel
    return [
      {
        channel,
        state: used ? ('used' as const) : deliveryWord(telling, lacksReceipt(telling, now)),
        at: telling.stateAt,
        rank: rankOf(telling, used),
      },
    ]
  })
  const link = invitation.acceptedChannel === 'link' ? facts.instants.accepted : null
  const all =
    link === null ? found : [...found, { channel: 'link' as const, state: 'used' as const, at: link, rank: 50 }]
  return all.sort((a, b) => b.rank - a.rank).map(({ channel, state, at }) => ({ channel, state, at }))
}

function leadingOf(sent: MessageFact[]): MessageFact | null {
  const last = sent.filter((m) => m.state !== 'withdrawn').at(-1) ?? sent.at(-1)
  if (!last || isDead(last.state)) return last ?? null
  return sent.reduce((best, one) => (FURTHER.indexOf(one.state) > FURTHER.indexOf(best.state) ? one : best), last)
}

function rankOf({ state }: MessageFact, used: boolean): number {
  if (used) return 50
  return isDead(state) ? 100 : FURTHER.indexOf(state)
}
