import type { Tx } from '../../db/client.ts'
import { readLink } from '../../db/invitations/links.ts'
import { insertMember } from '../../db/users/members.ts'
import { tieBusiness } from '../../db/users/portal.ts'
import type { Instant } from '../../domain/situation.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'
import { joiningByLink } from '../users/joining.ts'

/**
 * Accepts through one link. Exactly one acceptance wins; the same link again succeeds unchanged, and any other is
 * refused. `bankId`: the bank chosen with it, stored with the consent wording. The accepting person becomes a client
 * user, the first one Business Admin. `sameAs`: another organisation of theirs that is the same business.
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
    read: (tx) => Promise.all([readLink(tx, linkId), joiningByLink(tx, linkId)]),
    prepare: async (_tx, _locked, [link, joining]) => {
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
