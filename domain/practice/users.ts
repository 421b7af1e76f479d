/** What somebody of a client may be: a Business Admin looks after the organisation's users. */
export const USER_ROLES = ['business_admin', 'member'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** What becomes of a client's users. */
export type UserChange = 'invited' | 'joined' | 'role_changed' | 'removed' | 'withdrawn'

export const USER_ROLE_WORDS: Record<UserRole, string> = { business_admin: 'Business Admin', member: 'Member' }

/** Somebody of an organisation, as the rules look at them. */
type User = { address: string; role: UserRole }

/**
 * The role somebody joins with: whoever comes to an organisation without a Business Admin is its first, whatever they
 * were invited as; who is there already stays what they are.
 */
export function roleOnJoining(users: readonly User[], address: string, wanted: UserRole): UserRole {
  if (!users.some(({ role }) => role === 'business_admin')) return 'business_admin'
  return users.find((one) => one.address === address)?.role ?? wanted
}

/** Whether the role `next` (null: none any more) would take the organisation its last Business Admin. */
export function isLastAdmin(users: readonly User[], user: User, next: UserRole | null): boolean {
  const admins = users.filter(({ role }) => role === 'business_admin')
  return user.role === 'business_admin' && next !== 'business_admin' && admins.length === 1
}
