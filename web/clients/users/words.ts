import type { User } from './queries.ts'

export const ROLES: Record<User['role'], string> = { business_admin: 'Business Admin', member: 'Member' }

/** Returns a user's name, else their address. */
export const nameOf = ({ name, email, phone }: User): string => name ?? email ?? phone ?? 'Somebody'

export const words = {
  invite: 'Invite someone',
  remove: 'Remove',
  withdraw: 'Withdraw invitation',
  sent: (to: string) => `Invitation sent to ${to}`,
}
