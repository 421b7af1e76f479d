import type { Right } from '../../domain/rights.ts'

/**
 * What an operation is about. `client`: the client that its id leads to, which is not there for whoever may not see it.
 * `clients`: many at once, narrowed to those in sight. `draft`: one that its author alone sees. `self`: whoever calls.
 */
export type About = 'client' | 'clients' | 'draft' | 'new client' | 'colleague' | 'practice' | 'self' | 'support'

/**
 * The right that each operation needs, and what it is about: written by hand and not read from the code, so that a slip
 * in the code does not agree with itself. A new operation gets a line here, or the tests fail.
 */
export const RIGHTS_TABLE: Record<string, readonly [right: Right | null, about: About]> = {
  'get /me': [null, 'self'],
  'get /me/notification-settings': ['have_notices', 'self'],
  'put /me/notification-settings': ['have_notices', 'self'],
  'get /notices': ['have_notices', 'clients'],
  'post /notices/read': ['have_notices', 'self'],
  'get /views': ['see_clients', 'self'],
  'post /views': ['work_clients', 'self'],
  'delete /views/{id}': ['work_clients', 'self'],

  'post /onboardings': ['add_clients', 'new client'],
  'get /onboardings': ['see_clients', 'clients'],
  'get /onboardings/export': ['see_clients', 'clients'],
  'get /onboardings/counts': ['see_clients', 'clients'],
  'get /onboardings/board': ['see_clients', 'clients'],
  'post /onboardings/actions': ['work_clients', 'clients'],
  'get /reports/conversion': ['see_reports', 'clients'],
  'get /reports/conversion/export': ['see_reports', 'clients'],
  'get /onboardings/{id}': ['see_clients', 'client'],
  'get /onboardings/{id}/events': ['see_clients', 'client'],
  'get /onboardings/{id}/timeline': ['see_clients', 'client'],
  'post /onboardings/{id}/invitations': ['work_clients', 'client'],
  'post /onboardings/{id}/invitations/skip': ['work_clients', 'client'],
  'post /onboardings/{id}/access-requests': ['work_clients', 'client'],
  'post /onboardings/{id}/links': ['work_clients', 'client'],
  'post /onboardings/{id}/extend': ['work_clients', 'client'],
  'post /onboardings/{id}/snooze': ['work_clients', 'client'],
  'post /onboardings/{id}/resume': ['work_clients', 'client'],
  'post /onboardings/{id}/decline': ['work_clients', 'client'],
  'post /onboardings/{id}/cancel': ['cancel_clients', 'client'],
  'post /onboardings/{id}/cancel/undo': ['cancel_clients', 'client'],
  'post /onboardings/{id}/reopen': ['work_clients', 'client'],
  'post /onboardings/{id}/steps/{step}/skip': ['work_clients', 'client'],
  'post /onboardings/{id}/steps/{step}/complete': ['work_clients', 'client'],
  'post /onboardings/{id}/steps/{step}/reopen': ['work_clients', 'client'],
  'patch /onboardings/{id}/steps/{step}': ['work_clients', 'client'],
  'post /onboardings/{id}/connections': ['work_clients', 'client'],
  'get /onboardings/{id}/ledger-choice': ['work_clients', 'client'],
  'post /onboardings/{id}/ledger-choice': ['work_clients', 'client'],
  'post /connections/{id}/mapping': ['work_clients', 'client'],
  'post /connections/{id}/disconnect': ['work_clients', 'client'],
  'get /organisations/{id}': ['see_clients', 'client'],
  'patch /organisations/{id}': ['work_clients', 'client'],
  'post /organisations/{id}/ni-number': ['work_clients', 'client'],
  'get /organisations/{id}/export': ['erase_clients', 'client'],
  'post /organisations/{id}/erase': ['erase_clients', 'client'],
  'put /organisations/{id}/manager': ['assign_clients', 'client'],
  'get /organisations/{id}/access': ['see_clients', 'client'],
  'put /organisations/{id}/access': ['assign_clients', 'client'],
  'get /organisations/{id}/users': ['see_clients', 'client'],
  'post /organisations/{id}/users': ['work_clients', 'client'],
  'patch /organisations/{id}/users/{user}': ['work_clients', 'client'],
  'delete /organisations/{id}/users/{user}': ['work_clients', 'client'],
  'post /organisations/{id}/users/{invitation}/resend': ['work_clients', 'client'],
  'post /addresses/check': ['work_clients', 'clients'],
  'get /registry/companies': ['add_clients', 'new client'],

  'post /drafts': ['add_clients', 'new client'],
  'get /drafts': ['add_clients', 'self'],
  'get /drafts/{id}': ['add_clients', 'draft'],
  'get /drafts/{id}/check': ['add_clients', 'draft'],
  'get /drafts/{id}/preview': ['add_clients', 'draft'],
  'patch /drafts/{id}': ['add_clients', 'draft'],
  'delete /drafts/{id}': ['add_clients', 'draft'],
  'post /drafts/{id}/connections': ['add_clients', 'draft'],
  'delete /drafts/{id}/connection': ['add_clients', 'draft'],

  'get /colleagues': ['see_clients', 'colleague'],
  'get /members': ['manage_team', 'colleague'],
  'post /members': ['manage_team', 'colleague'],
  'patch /members/{id}': ['manage_team', 'colleague'],
  'delete /members/{id}': ['manage_team', 'colleague'],
  'post /members/{id}/hand-over': ['manage_team', 'colleague'],
  'get /teams': ['see_clients', 'colleague'],
  'post /teams': ['manage_team', 'colleague'],
  'patch /teams/{id}': ['manage_team', 'colleague'],
  'get /teams/{id}/removal': ['manage_team', 'colleague'],
  'delete /teams/{id}': ['manage_team', 'colleague'],

  'get /practice': ['see_clients', 'practice'],
  'patch /practice': ['manage_settings', 'practice'],
  'put /practice/logo': ['manage_settings', 'practice'],
  'delete /practice/logo': ['manage_settings', 'practice'],
  'post /practice/preview': ['manage_settings', 'practice'],
  'post /practice/test-mail': ['manage_settings', 'practice'],
  'get /practice/support-access': ['manage_support', 'practice'],
  'patch /practice/support-access': ['manage_support', 'practice'],
  'get /sign-on': ['manage_settings', 'practice'],
  'patch /sign-on': ['manage_settings', 'practice'],
  'delete /sign-on': ['manage_settings', 'practice'],
  'get /api-keys': ['manage_api_keys', 'practice'],
  'post /api-keys': ['manage_api_keys', 'practice'],
  'delete /api-keys/{id}': ['manage_api_keys', 'practice'],
  'get /audit': ['see_audit', 'practice'],
  'get /audit/export': ['see_audit', 'practice'],

  'get /support/onboardings': ['help_practices', 'support'],
  'get /support/troubles': ['help_practices', 'support'],
  'get /support/practices/{id}': ['help_practices', 'support'],
  'post /support/practices/{id}/access': ['help_practices', 'support'],
  'delete /support/practices/{id}/access': ['help_practices', 'support'],
  'delete /support/practices/{id}/limit': ['help_practices', 'support'],
  'post /support/looks': ['help_practices', 'support'],
}

/** The line of an operation of the document, which names it by its whole path. Fails for one that has none. */
export function lineOf(name: string): { right: Right | null; about: About } {
  const line = RIGHTS_TABLE[name.replace('/api/v1', '')]
  if (!line) throw new Error(`write a line for ${name} in test/api/rightsTable.ts`)
  return { right: line[0], about: line[1] }
}
