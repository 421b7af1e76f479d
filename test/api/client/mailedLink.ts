import type { Dependencies } from '../../../api/dependencies.ts'
import type { Target } from '../../../commands/execute.ts'
import { ensureLink } from '../../../commands/invitations/linkTokens.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import type { Channel } from '../../../domain/situation.ts'

/** Returns id and token of a client's present link for a channel, as a mail or text carries it. */
export const mailedLink = (
  { db, linkKeys }: Pick<Dependencies, 'db' | 'linkKeys'>,
  target: Target,
  channel: Channel = 'email',
) =>
  db.inPractice(target.practiceId, async (tx) => {
    const { facts, now } = (await readFacts(tx, target.onboardingId))!
    const purpose = facts.instants.accepted === null ? 'accept' : 'continue'
    return ensureLink(tx, linkKeys, { ...target, invitationId: facts.invitation!.id, channel, purpose }, now)
  })
