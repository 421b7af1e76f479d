import type { User } from './queries.ts'

export const ROLES: Record<User['role'], string> = { business_admin: 'Business Admin', member: 'Member' }

/** Returns a user's name, else their address. */
export const nameOf = ({ name, email, phone }: User): string => name ?? email ?? phone ?? 'Somebody'

export const words = {
  lead: (organisation: string) => `They see what ${organisation} shares with you, and can stop it.`,
  invite: 'Invite someone',
  resend: 'Resend invitation',
  remove: 'Remove',
  withdraw: 'Withdraw invitation',
  noneTitle: 'Nobody has access yet',
  none: 'Whoever accepts the invitation becomes the first user, and its Business Admin.',
  failed: 'We couldn’t load the users',
  removeTitle: (name: string) => `Remove ${name}?`,
  withdrawTitle: (name: string) => `Withdraw ${name}’s invitation?`,
  removeSays: (organisation: string) =>
    `They no longer see or stop anything at ${organisation}, also by older links. What is shared stays as it is.`,
  withdrawSays: 'Their link stops working now.',
  sent: (to: string) => `Invitation sent to ${to}`,
}
