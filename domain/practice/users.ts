/** The roles of client users. A Business Admin manages the organisation's users. */
export const USER_ROLES = ['business_admin', 'member'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** The changes of a client's users. */
export type UserChange = 'invited' | 'joined' | 'role_changed' | 'removed' | 'withdrawn'

export const USER_ROLE_WORDS: Record<UserRole, string> = { business_admin: 'Business Admin', member: 'Member' }

/** The part of a client user that the rules check. */
type User = { address: string; role: UserRole }

/**
 * Returns the role of a client user who joins. The first of an organisation without a Business Admin becomes one,
 * whatever the invitation says; an existing user keeps the role.
 */
export function roleOnJoining(users: readonly User[], address: string, wanted: UserRole): UserRole {
  if (!users.some(({ role }) => role === 'business_admin')) return 'business_admin'
  return users.find((one) => one.address === address)?.role ?? wanted
}

/** Returns true if the role `next` (null removes the user) would leave the organisation without a Business Admin. */
export function isLastAdmin(users: readonly User[], user: User, next: UserRole | null): boolean {
  const admins = users.filter(({ role }) => role === 'business_admin')
  return user.role === 'business_admin' && next !== 'business_admin' && admins.length === 1
}
