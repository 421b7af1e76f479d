/** What one may be let do. Endpoints declare one each; the app draws its buttons from the same answer. */
export const RIGHTS = [
  'see_clients',
  'see_all_clients',
  'add_clients',
  'work_clients',
  'cancel_clients',
  'assign_clients',
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

/** Of a practice's own people, and of ours who help across practices. */
export const ROLES = ['practice_admin', 'client_admin', 'standard', 'support'] as const
export type Role = (typeof ROLES)[number]

/** The roles whose people help their colleagues: they give rights. */
export const ADMIN_ROLES = ['practice_admin', 'client_admin'] as const

/** The roles a practice gives. */
export const MEMBER_ROLES = [...ADMIN_ROLES, 'standard'] as const
export type MemberRole = (typeof MEMBER_ROLES)[number]

const FOR_PRACTICE_ADMINS: readonly Right[] = [
  'manage_settings',
  'manage_api_keys',
  'manage_support',
  'see_audit',
  'erase_clients',
]
/** Of our own support alone, wherever it is: to find clients across practices, and to ask to be let in. */
const FOR_SUPPORT: Right = 'help_practices'
/** Of whoever works in a practice: neither support nor a key is told of what happens. */
const FOR_PEOPLE: Right = 'have_notices'
/** On the clients that one sees: by `see_all_clients` every one, else those that a person manages or is given. */
const ON_CLIENTS: readonly Right[] = ['see_clients', 'work_clients', 'cancel_clients', 'see_reports']

/** The rights of a role, in the order of `RIGHTS`. `addClients` is given to single people of the role Standard. */
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

/** Returns true if whoever has the role sees every client, and not only those that they manage or are given. */
export const seesAllClients = (role: Role): boolean => rightsOf(role, { addClients: false }).includes('see_all_clients')

/** Returns the roles of a practice that have the right whoever has them. A role that is not named here has none. */
export const rolesWith = (right: Right): MemberRole[] =>
  MEMBER_ROLES.filter((role) => rightsOf(role, { addClients: false }).includes(right))

/** Returns true if whoever has the role can give a colleague the right: Client Admins give what they have themselves. */
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

/** The rights of an API key: to see with the scope `read`, to do all that an integration needs with `write`. */
export function rightsOfScopes(scopes: readonly ('read' | 'write')[]): Right[] {
  const all = [...(scopes.includes('read') ? SEEING : []), ...(scopes.includes('write') ? INTEGRATING : [])]
  return RIGHTS.filter((right) => all.includes(right))
}
