import type { MemberRole, Right, Role } from '../rights.ts'

/** The act that each right allows, as words after "can". */
const RIGHT_WORDS: Record<Right, string> = {
  see_clients: 'see clients',
  see_all_clients: 'see every client',
  add_clients: 'add clients',
  work_clients: 'work on clients',
  cancel_clients: 'cancel clients',
  assign_clients: 'assign clients',
  confirm_for_clients: 'confirm for clients',
  see_reports: 'see the reports',
  manage_team: 'manage the team',
  manage_settings: 'change the settings',
  manage_api_keys: 'manage API keys',
  manage_support: 'manage support access',
  see_audit: 'see the audit log',
  erase_clients: 'erase clients',
  have_notices: 'have notifications',
  help_practices: 'look for clients across practices',
}

export const ROLE_WORDS: Record<Role, string> = {
  practice_admin: 'Practice Admin',
  client_admin: 'Client Admin',
  standard: 'Standard',
  support: 'Support',
}

/** Descriptions of the roles, for who gives them. */
export const ROLE_SAYS: Record<MemberRole, string> = {
  practice_admin: 'Sees every client and all settings.',
  client_admin: 'Sees every client, manages team and clients.',
  standard: 'Sees the clients they have access to.',
}

/** Joins names as a sentence lists them: `Ada, Ben and Cy`. At most so many are named: `Ada, Ben and 3 more` of all. */
export function listed(names: readonly string[], atMost = names.length, all = names.length): string {
  const named = names.slice(0, atMost)
  const shown = all > named.length ? [...named, `${all - named.length} more`] : named
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** Returns the refusal of an act without its right: the right's name, and who can give it. */
export function needsRight(right: Right, admins: readonly string[]): string {
  if (admins.length === 0) return only(RIGHT_WORDS[right], admins)
  return `You need the permission “${RIGHT_WORDS[right]}”. ${listed(admins)} can give it to you.`
}

/** Returns the text of a page that the member may not see, and whom to ask. */
export function withoutRight(right: Right, admins: readonly string[]): string {
  return only(RIGHT_WORDS[right], admins)
}

/** Returns the refusal to a member who is no Practice Admin and tries to give or take that role. */
export const withoutAdmin = (admins: readonly string[]): string => only('give or take the role Practice Admin', admins)

function only(what: string, admins: readonly string[]): string {
  if (admins.length === 0) return `You can't ${what} here.`
  const whom = admins.length === 1 ? 'Ask them.' : 'Ask one of them.'
  return `${listed(admins)} can ${what}. ${whom}`
}
