import { z } from 'zod'
import type { HandedOver } from '../../../commands/people/handOver.ts'
import type { Removed } from '../../../commands/people/removeMember.ts'
import type { ColleagueInvitation } from '../../../db/people/invitations.ts'
import type { TeamMember } from '../../../db/people/members.ts'
import { withoutAdmin } from '../../../domain/practice/rightWords.ts'
import { MEMBER_ROLES } from '../../../domain/rights.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { readPracticeAdmins } from '../../noRight.ts'
import { notFound, Problem, validationProblem } from '../../problem.ts'
import { unknownPerson } from '../access.ts'
import { instant } from '../onboardings/schema.ts'
import { iso, isoOrNull } from '../onboardings/summary.ts'
import { colleagueEmailText, idText } from '../texts.ts'

export const memberRole = z.enum(MEMBER_ROLES)

/** A person of the team, or one invited to it. */
export const memberSchema = z
  .object({
    id: idText.meta({ description: 'Of the person, or of the invitation.' }),
    state: z.enum(['active', 'invited', 'invitation_expired']),
    name: z.string().nullable(),
    email: colleagueEmailText,
    role: memberRole,
    addClients: z.boolean(),
    clients: z.int().meta({ description: 'How many clients they manage.' }),
    twoFactor: z.boolean(),
    joinedAt: instant.nullable(),
    lastSeenAt: instant.nullable(),
    invitation: z
      .object({ expiresAt: instant, mailed: z.boolean().meta({ description: 'The mail provider took it.' }) })
      .nullable(),
  })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof memberSchema>

export const memberParams = z.object({ id: z.uuid().meta({ description: 'Of the person, or of the invitation.' }) })

export const memberOf = (member: TeamMember): Member => ({
  ...shownOf(member),
  id: member.userId,
  state: 'active',
  clients: member.clients,
  twoFactor: member.twoFactor,
  joinedAt: iso(member.joinedAt),
  lastSeenAt: isoOrNull(member.lastSeenAt),
  invitation: null,
})

export const invitedOf = (invited: ColleagueInvitation, now: number): Member => ({
  ...shownOf(invited),
  id: invited.id,
  state: invited.expiresAt > now ? 'invited' : 'invitation_expired',
  clients: 0,
  twoFactor: false,
  joinedAt: null,
  lastSeenAt: null,
  invitation: { expiresAt: iso(invited.expiresAt), mailed: invited.mailed },
})

/** Returns the fields that members and invited people share, and no others: what is stored besides stays out of answers. */
const shownOf = ({ name, email, role, addClients }: Pick<Member, 'name' | 'email' | 'role' | 'addClients'>) => ({
  name,
  email,
  role,
  addClients,
})

/** Returns the acting person for commands on the team. */
export const doerOf = ({ actor, address, staff }: Caller) => ({ actor, address, role: staff?.role ?? null })

/** Returns the problem of a refused change. */
export async function teamProblem(
  deps: Dependencies,
  { practiceId }: Caller,
  refusal: Exclude<Removed | HandedOver, { result: 'removed' | 'handed_over' }>,
): Promise<Problem> {
  switch (refusal.result) {
    case 'not_found':
      return notFound()
    case 'unknown_colleague':
      return validationProblem([unknownPerson('clientsTo')])
    case 'needs_heir': {
      const message = `Choose who gets their ${refusal.clients === 1 ? 'client' : `${refusal.clients} clients`}.`
      return validationProblem([{ field: 'clientsTo', code: 'required', message }])
    }
    case 'last_admin':
      return new Problem(409, 'last_admin', 'There must be at least one admin. Give someone else the role first.')
    case 'admins_only': {
      const admins = await readPracticeAdmins(deps, practiceId)
      const detail = withoutAdmin(admins.map(({ name }) => name))
      return new Problem(403, 'no_right', detail, { members: { right: 'manage_team', admins } })
    }
  }
}
