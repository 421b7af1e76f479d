/** The rights. Each endpoint declares one, and the app shows its buttons by the same list. */
export const RIGHTS = [
  'see_clients',
  'see_all_clients',
  'add_clients',
  'work_clients',
  'cancel_clients',
  'assign_clients',
  'confirm_for_clients',
  'see_reports',
  'manage_team',
  'manage_settings',
  'manage_api_keys',
  'manage_support',
  'see_audit',
  'erase_clients',
  'have_notices',
  'help_practices',
] as const
export type Right = (typeof RIGHTS)[number]

/** The roles that may give rights to colleagues. */
export const ADMIN_ROLES = ['practice_admin', 'client_admin'] as const

/** The roles that a practice can give, the one with the most rights first. */
export const MEMBER_ROLES = [...ADMIN_ROLES, 'standard'] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

/** The roles of members, and `support` for support people. */
export const ROLES = [...MEMBER_ROLES, 'support'] as const
export type Role = (typeof ROLES)[number]

const FOR_PRACTICE_ADMINS: readonly Right[] = [
  'manage_settings',
  'manage_api_keys',
  'manage_support',
  'see_audit',
  'erase_clients',
]
/** The right of support alone, in every practice: to find clients across practices and to ask to be let in. */
const FOR_SUPPORT: Right = 'help_practices'
/** The right of members alone: neither support nor API keys get notices. */
const FOR_PEOPLE: Right = 'have_notices'
/** The rights on visible clients: every client with `see_all_clients`, else those a member manages or has access to. */
const ON_CLIENTS: readonly Right[] = ['see_clients', 'work_clients', 'cancel_clients', 'see_reports']

/** Returns the rights of a role, in the order of `RIGHTS`. `addClients` is set per person of the role Standard. */
export function rightsOf(role: Role, { addClients }: { addClients: boolean }): Right[] {
  const has = (right: Right): boolean => {
    switch (role) {
      case 'practice_admin':
        return right !== FOR_SUPPORT
      case 'client_admin':
        return right !== FOR_SUPPORT && !FOR_PRACTICE_ADMINS.includes(right)
      case 'standard':
        return ON_CLIENTS.includes(right) || right === FOR_PEOPLE || (right === 'add_clients' && addClients)
      case 'support':
        return right === FOR_SUPPORT || right === 'see_all_clients' || ON_CLIENTS.includes(right)
    }
  }
  return RIGHTS.filter(has)
}

/** Returns true if the role sees every client, not only those a member manages or has access to. */
export const seesAllClients = (role: Role): boolean => rightsOf(role, { addClients: false }).includes('see_all_clients')

/** Returns the member roles that always have the right. Roles outside this list do not have it. */
export const rolesWith = (right: Right): MemberRole[] =>
  MEMBER_ROLES.filter((role) => rightsOf(role, { addClients: false }).includes(right))

/** Returns true if the role can give a colleague the right. Client Admins give the rights that they have themselves. */
export function canGive(role: Role, right: Right): boolean {
  const rights = rightsOf(role, { addClients: false })
  return rights.includes('manage_team') && rights.includes(right)
}

const SEEING: readonly Right[] = ['see_clients', 'see_all_clients', 'see_reports']
const INTEGRATING: readonly Right[] = [
  'see_all_clients',
  'add_clients',
  'work_clients',
  'cancel_clients',
  'assign_clients',
]

/** Returns the rights of an API key: reading with the scope `read`, everything an integration needs with `write`. */
export function rightsOfScopes(scopes: readonly ('read' | 'write')[]): Right[] {
  const all = [...(scopes.includes('read') ? SEEING : []), ...(scopes.includes('write') ? INTEGRATING : [])]
  return RIGHTS.filter((right) => all.includes(right))
}
