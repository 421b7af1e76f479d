import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { type Invitation, readInvitation } from '../../../db/invitations/invitations.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { findCurrentOnboarding } from '../../../db/onboardings/onboardings.ts'
import { readOrganisationDetails } from '../../../db/onboardings/organisationDetails.ts'
import { readUserInvitations, type UserInvitation } from '../../../db/users/invitations.ts'
import { type Member, readMembers } from '../../../db/users/members.ts'
import { USER_ROLES } from '../../../domain/practice/users.ts'
import { statusAt } from '../../../domain/situation.ts'
import { notFound, Problem } from '../../problem.ts'
import { instant } from '../onboardings/schema.ts'
import { isoOrNull } from '../onboardings/summary.ts'
import { organisationParams } from '../organisations/resource.ts'

export const userRole = z.enum(USER_ROLES)

export const userParams = organisationParams.extend({
  user: z.uuid().meta({ description: 'The id of the person, or of the invitation.' }),
})

export const invitationParams = organisationParams.extend({
  invitation: z.uuid().meta({ description: 'The id of the invitation of a user.' }),
})

/** A user of a client, or an invited one. */
export const userSchema = z
  .object({
    id: z.uuid().meta({ description: 'Of the person, or of the invitation.' }),
    state: z.enum(['active', 'invited', 'invitation_expired']),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    role: userRole.meta({ description: 'Of somebody invited: the one they get. The first user is Business Admin.' }),
    joinedAt: instant.nullable(),
    lastSeenAt: instant.nullable(),
    invitation: z
      .object({
        kind: z.enum(['onboarding', 'user']).meta({
          description: 'An onboarding’s is sent anew by `POST /onboardings/{id}/invitations`, a user’s by `…/resend`.',
        }),
        onboarding: z.uuid().nullable(),
        expiresAt: instant.nullable(),
        mailed: z.boolean().nullable().meta({ description: 'The mail provider took it; null for an onboarding’s.' }),
      })
      .nullable(),
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof userSchema>

export const usersSchema = z.object({ items: z.array(userSchema) }).meta({ id: 'Users' })

/** Returns the client's users and the invited ones; null when the practice has no such client. */
export async function readUsers(tx: Tx, organisationId: string): Promise<User[] | null> {
  const [details, members, invitations, onboardingId] = await Promise.all([
    readOrganisationDetails(tx, organisationId),
    readMembers(tx, organisationId),
    readUserInvitations(tx, organisationId),
    findCurrentOnboarding(tx, organisationId),
  ])
  if (!details) return null
  const pending = onboardingId && (await readPending(tx, onboardingId, members))
  return [...members.map(activeOf), ...(pending ? [pending] : []), ...invitations.map(invitedOf)]
}

const activeOf = ({ personId, name, address, role, joinedAt, lastSeenAt }: Member): User => ({
  id: personId,
  state: 'active',
  name,
  email: address.includes('@') ? address : null,
  phone: address.includes('@') ? null : address,
  role,
  joinedAt: isoOrNull(joinedAt),
  lastSeenAt: isoOrNull(lastSeenAt),
  invitation: null,
})

export const invitedOf = ({ id, name, email, role, expiresAt, mailed }: UserInvitation): User => ({
  id,
  state: expiresAt > Date.now() ? 'invited' : 'invitation_expired',
  name,
  email,
  phone: null,
  role,
  joinedAt: null,
  lastSeenAt: null,
  invitation: { kind: 'user', onboarding: null, expiresAt: isoOrNull(expiresAt), mailed },
})

/** Returns the person who was invited to the onboarding and has not answered, or not in time. */
async function readPending(tx: Tx, onboarding: string, members: Member[]): Promise<User | null> {
  const [read, invitation] = await Promise.all([readFacts(tx, onboarding), readInvitation(tx, onboarding)])
  const status = read && statusAt(read.facts, read.now)
  if (!read || !invitation || (status !== 'invited' && status !== 'expired')) return null
  const { id, name, email, phone }: Invitation = invitation
  return {
    id,
    state: status === 'invited' ? 'invited' : 'invitation_expired',
    name,
    email,
    phone,
    role: members.length === 0 ? 'business_admin' : 'member',
    joinedAt: null,
    lastSeenAt: null,
    invitation: { kind: 'onboarding', onboarding, expiresAt: isoOrNull(read.facts.expiresAt), mailed: null },
  }
}

/** Returns the problem of a refused change of a client's users. */
export function usersProblem(
  refusal: 'not_found' | 'last_admin' | 'already_member' | 'too_soon',
  client: string,
): Problem {
  switch (refusal) {
    case 'not_found':
      return notFound()
    case 'last_admin':
      return new Problem(
        409,
        'last_admin',
        `${client} needs at least one Business Admin. Give someone else the role first.`,
      )
    case 'already_member':
      return new Problem(409, 'already_member', `They are a user of ${client} already.`)
    case 'too_soon':
      return new Problem(429, 'resend_too_soon', 'Sent a moment ago. You can send again in a minute.', {
        headers: { 'Retry-After': '60' },
      })
  }
}
