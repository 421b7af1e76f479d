import type { Right } from '../../domain/rights.ts'
import type { StaffApi } from './staffHarness.ts'

/** An operation of the OpenAPI document. `right`: undefined when open to everybody, null when none is needed. */
export type Operation = {
  name: string
  method: string
  path: string
  right: Right | null | undefined
  hasBody: boolean
  /** True if it takes an Idempotency-Key. */
  takesKey: boolean
}

type Described = {
  requestBody?: unknown
  parameters?: { in?: string; name?: string; $ref?: string }[]
  security?: unknown[]
  responses: Record<string, { content?: Record<string, unknown> }>
  'x-right'?: Right | null
}

/** Returns true for a stream, which does not end and so has its own tests. */
const isStream = ({ responses }: Described) => 'text/event-stream' in (responses[200]?.content ?? {})

/** Returns all operations of the document except streams. */
export async function operationsOf(api: StaffApi): Promise<Operation[]> {
  const { body } = await api.call('/openapi.json', { key: null })
  return Object.entries<Record<string, Described>>(body.paths).flatMap(([path, found]) =>
    Object.entries(found)
      .filter(([, described]) => !isStream(described))
      .map(([method, described]) => ({
        name: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        right: described['x-right'],
        hasBody: described.requestBody !== undefined,
        takesKey: described.parameters?.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')) === true,
      })),
  )
}

/** The ids of one thing of each kind that a practice has. */
export type Things = {
  onboarding: string
  organisation: string
  user: string
  userInvitation: string
  draft: string
  bankAsk: string
  connection: string
  signIn: string
  member: string
  team: string
  apiKey: string
  view: string
  practice: string
}

/** The kind of thing that `{id}` names, by the first part of a path. A new kind of path needs an entry. */
const KINDS: Record<string, keyof Things> = {
  onboardings: 'onboarding',
  connections: 'connection',
  consents: 'connection',
  'sign-ins': 'signIn',
  organisations: 'organisation',
  drafts: 'draft',
  members: 'member',
  teams: 'team',
  'api-keys': 'apiKey',
  views: 'view',
  support: 'practice',
}

/** Returns the kind that `{id}` of the path names; null without one. */
export function kindOf({ name, path }: Operation): keyof Things | null {
  if (!path.includes('{id}')) return null
  const kind = KINDS[path.split('/')[3] ?? '']
  if (!kind) throw new Error(`say in KINDS what {id} of ${name} names`)
  return kind
}

/** Returns the path with the ids of these things. */
export function idIn(operation: Operation, things: Things): string {
  const { path } = operation
  const kind = kindOf(operation)
  if (kind === null) return path.replace('{step}', 'bank')
  return path
    .replace('{id}', things[kind])
    .replace('{step}', 'bank')
    .replace('{ask}', things.bankAsk)
    .replace('{user}', things.user)
    .replace('{invitation}', things.userInvitation)
}

const soon = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

/**
 * A valid body for each operation, so that only the tenant or the right can refuse it; names things where needed. A new
 * operation needs an entry.
 */
const BODIES: Record<string, unknown> = {
  'post /api/v1/onboardings': { organisation: { name: 'Stolen Ltd' } },
  'post /api/v1/onboardings/{id}/invitations': { email: 'thief@elsewhere.example', name: 'Thief', channels: ['email'] },
  'post /api/v1/onboardings/{id}/access-requests': { email: 'thief@elsewhere.example' },
  'post /api/v1/onboardings/{id}/links': { send: 'email' },
  'post /api/v1/onboardings/{id}/extend': { until: soon(20) },
  'post /api/v1/onboardings/{id}/snooze': { until: soon(1) },
  'post /api/v1/onboardings/{id}/decline': { reason: 'other' },
  'post /api/v1/onboardings/{id}/cancel': { reason: 'Theft' },
  'post /api/v1/onboardings/{id}/reopen': { steps: ['bank'] },
  'post /api/v1/onboardings/{id}/steps/{step}/skip': { because: 'not_needed' },
  'post /api/v1/onboardings/{id}/steps/{step}/complete': { evidence: 'None' },
  'patch /api/v1/onboardings/{id}/bank-asks/{ask}': { state: 'not_needed' },
  'patch /api/v1/onboardings/{id}/steps/{step}': { owner: 'client' },
  'patch /api/v1/onboardings/{id}': { organisation: { name: 'Stolen' } },
  'post /api/v1/onboardings/{id}/connections': { step: 'books', provider: 'xero' },
  'post /api/v1/onboardings/{id}/ledger-choice': { organisation: 'stolen' },
  'post /api/v1/connections/{id}/mapping': {
    matches: [{ bankAccount: '00000000-0000-7000-8000-000000000000', ledgerAccount: null }],
  },
  'post /api/v1/connections/{id}/close-accounts': { accounts: ['00000000-0000-7000-8000-000000000000'] },
  'post /api/v1/connections/{id}/reopen-accounts': { accounts: ['00000000-0000-7000-8000-000000000000'] },
  'post /api/v1/connections/{id}/confirm-for-client': { how: 'phone', agreedOn: '2026-03-02', agreed: true },
  'post /api/v1/sign-ins/{id}/hand-over': ({ member }: Things) => ({ to: member }),
  'post /api/v1/onboardings/actions': { do: 'resend', filter: { view: 'expired' }, dryRun: true },
  'post /api/v1/consents/{id}/snooze': { until: soon(1) },
  'post /api/v1/consents/export': { ids: ['00000000-0000-7000-8000-000000000000'] },
  'post /api/v1/consents/ask-to-confirm': { ids: ['00000000-0000-7000-8000-000000000000'] },
  'patch /api/v1/organisations/{id}': { name: 'Stolen' },
  'post /api/v1/addresses/check': { email: 'thief@elsewhere.example' },
  'post /api/v1/organisations/{id}/users': { email: 'thief@elsewhere.example' },
  'patch /api/v1/organisations/{id}/users/{user}': { role: 'business_admin' },
  'post /api/v1/organisations/{id}/erase': { name: 'Stolen' },
  'put /api/v1/organisations/{id}/manager': { manager: null },
  'put /api/v1/organisations/{id}/access': { everyone: true },
  'post /api/v1/drafts': { name: 'Stolen Draft' },
  'patch /api/v1/drafts/{id}': { step: 'details' },
  'post /api/v1/drafts/{id}/connections': { provider: 'xero' },
  'post /api/v1/members': { email: 'thief@elsewhere.example', role: 'standard' },
  'patch /api/v1/members/{id}': { role: 'client_admin' },
  'post /api/v1/members/{id}/hand-over': ({ member }: Things) => ({ clientsTo: member }),
  'post /api/v1/teams': { name: 'Stolen team' },
  'patch /api/v1/teams/{id}': { name: 'Stolen' },
  'patch /api/v1/practice': { name: 'Stolen LLP' },
  'put /api/v1/practice/logo': { file: btoa('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') },
  'post /api/v1/practice/preview': { kind: 'invitation', form: 'mail' },
  'post /api/v1/practice/test-mail': { kind: 'invitation' },
  'patch /api/v1/practice/support-access': { access: 'never' },
  'patch /api/v1/sign-on': { issuer: 'https://login.stolen.example', clientId: 'x', clientSecret: 'y' },
  'post /api/v1/support/looks': ({ onboarding }: Things) => ({ onboardingId: onboarding, reason: 'Theft' }),
  'post /api/v1/notices/read': {},
  'put /api/v1/me/notification-settings': { clients: 'all', inApp: [], email: [], digest: [] },
  'post /api/v1/views': { name: 'Stolen', search: { view: 'us' } },
  'post /api/v1/api-keys': { name: 'Stolen', scopes: ['read'] },
}

/** Returns the body for trying an operation; undefined for those without one. */
export function bodyOf({ name, method, hasBody }: Operation, things: Things): unknown {
  const given = BODIES[name]
  if (hasBody && given === undefined) throw new Error(`say in BODIES what ${name} takes`)
  if (method === 'GET' || method === 'DELETE') return undefined
  return typeof given === 'function' ? given(things) : (given ?? {})
}
