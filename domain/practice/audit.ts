/** The kinds of audit records: sign-ins, changes of rights, keys and settings, and exports and erasures of clients. */
export const AUDIT_KINDS = [
  'signed_in',
  'sign_in_failed',
  'password_reset',
  'password_changed',
  'second_factor_on',
  'second_factor_off',
  'member_invited',
  'member_invitation_withdrawn',
  'member_joined',
  'member_changed',
  'member_removed',
  'clients_handed_over',
  'sign_in_handed_over',
  'team_made',
  'team_changed',
  'team_deleted',
  'settings_changed',
  'support_access_changed',
  'support_asked',
  'support_ended',
  'limit_lifted',
  'limit_set',
  'api_key_made',
  'api_key_revoked',
  'ni_number_shown',
  'client_exported',
  'client_erased',
] as const
export type AuditKind = (typeof AUDIT_KINDS)[number]

/** One record. `data` holds choices and names of fields, nothing personal. */
export type Audit = {
  kind: AuditKind
  subjectId: string | null
  data?: Record<string, string | number | boolean | null | string[]>
}
