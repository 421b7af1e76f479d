import type { Role } from '../rights.ts'
import type { AuditKind } from './audit.ts'
import { ROLE_WORDS } from './rightWords.ts'

/** The text of each kind of audit record; the actor's name stands before it. */
export const AUDIT_WORDS: Record<AuditKind, string> = {
  signed_in: 'Signed in',
  sign_in_failed: 'Sign-in failed',
  password_reset: 'Password reset',
  password_changed: 'Password changed',
  second_factor_on: 'Second factor switched on',
  second_factor_off: 'Second factor switched off',
  member_invited: 'Colleague invited',
  member_invitation_withdrawn: 'Invitation of a colleague withdrawn',
  member_joined: 'Colleague joined',
  member_changed: 'Colleague’s rights changed',
  member_removed: 'Colleague removed',
  clients_handed_over: 'Clients handed over',
  sign_in_handed_over: 'Colleague asked to take over a sign-in',
  team_made: 'Team created',
  team_changed: 'Team changed',
  team_deleted: 'Team deleted',
  settings_changed: 'Settings changed',
  support_access_changed: 'Support access changed',
  support_asked: 'Support asked to be let in',
  support_ended: 'Support access ended',
  limit_lifted: 'Daily limit of a new practice lifted',
  limit_set: 'Daily limit of a new practice set',
  api_key_made: 'API key created',
  api_key_revoked: 'API key revoked',
  ni_number_shown: 'National Insurance number shown',
  client_exported: 'Client exported',
  client_erased: 'Client erased',
}

/** The names of actors without a known name. */
export const NAMELESS = { staff: 'Somebody who left', api_key: 'An API key', system: 'Embark', support: 'Support' }

/** The settings of a practice, each one column of its row, in words. */
export const SETTING_WORDS = {
  name: 'name',
  country: 'country',
  currency: 'currency',
  timeZone: 'time zone',
  notificationEmail: 'notification address',
  postalAddress: 'postal address',
  phone: 'phone',
  privacyContact: 'who answers for personal data',
  senderName: 'sender name',
  replyTo: 'reply-to address',
  brandColour: 'colour',
  reasonBank: 'reason for the bank',
  reasonBooks: 'reason for the books',
  inviteExpiryDays: 'link lifetime',
  giveUpDays: 'closing without an answer',
  tellsExpired: 'mail about an expired link',
  invitedReminderDays: 'reminders after the invitation',
  acceptedReminderDays: 'reminders after accepting',
  solutions: 'solutions',
  usualSoftware: 'usual software',
  clientsConnectBooks: 'clients connecting software',
  confirmForClients: 'confirming for clients',
  defaultBank: 'who connects the bank',
  defaultBooks: 'who connects the books',
  defaultMapping: 'who matches accounts',
  bankDoneWhen: 'when the bank step is done',
  setupGuide: 'setup guide',
  secondFactorRequired: 'second factor for everyone',
  firstStepsHidden: 'first things to do',
} as const satisfies Record<string, string>
export type Setting = keyof typeof SETTING_WORDS

const FIELDS: Record<string, string> = {
  ...SETTING_WORDS,
  stageLimits: 'stage limits',
  signOn: 'single sign-on',
  logo: 'logo',
}

const ACCESS: Record<string, string> = { always: 'always', on_request: 'when support asks', never: 'never' }

/** Returns the details of a record in words; empty if it has none. */
export function auditDetail(data: Record<string, unknown>): string {
  const { fields, name, role, access, hours, addClients, clients, toName } = data
  const said = [
    Array.isArray(fields) && fields.map((field) => FIELDS[String(field)] ?? String(field)).join(', '),
    typeof name === 'string' && name,
    typeof role === 'string' && (ROLE_WORDS[role as Role] ?? role),
    addClients === true && 'may add clients',
    typeof access === 'string' && (ACCESS[access] ?? access),
    typeof clients === 'number' && clients > 0 && `${clients} ${clients === 1 ? 'client' : 'clients'}`,
    typeof toName === 'string' && `to ${toName}`,
    typeof hours === 'number' && `for ${hours} ${hours === 1 ? 'hour' : 'hours'}`,
  ]
  return said.filter(Boolean).join(', ')
}
