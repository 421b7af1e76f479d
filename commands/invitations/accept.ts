import type { Tx } from '../../db/client.ts'
import { readLink } from '../../db/invitations/links.ts'
import { insertMember } from '../../db/users/members.ts'
import { tieBusiness } from '../../db/users/portal.ts'
import type { Instant } from '../../domain/situation.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'
import { joiningByLink } from '../users/joining.ts'

/**
 * Accepts through one link. Exactly one acceptance wins; the same link again is an idempotent success, and every other
 * one a refusal that says what stands. `bankId` is the bank chosen with it, kept with the consent wording shown.
 * Whoever accepts is a user of the organisation from then on, the first of them its Business Admin. `sameAs` is another
 * organisation of theirs that is the same business.
 */
export async function accept(
  commands: Commands,
  target: Target,
  linkId: string,
  bankId: string | null,
  sameAs: string | null = null,
): Promise<Outcome> {
  return execute(commands, target, {
    actor: { type: 'client', id: linkId },
    prepare: async (tx) => {
      const [link, joining] = await Promise.all([readLink(tx, linkId), joiningByLink(tx, linkId)])
      if (!link) return null
      const command = { do: 'accept', link, bankId, joinsAs: joining?.role ?? null } as const
      if (!joining) return { command }
      const alongside = async (tx: Tx, now: Instant) => {
        const personId = await insertMember(tx, target.practiceId, joining, now)
        if (sameAs !== null) await tieBusiness(tx, personId, joining.organisationId, sameAs)
      }
      return { command, alongside }
    },
  })
}
