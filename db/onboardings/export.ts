import type { Tx } from '../client.ts'

/** Rows of a table with the API's names of columns. */
type Rows = Record<string, unknown>[]

/** All stored data of a client, by part. The National Insurance number is still sealed. */
export type Held = Record<string, Rows> & { organisation: Rows }

/**
 * The tables of an export with the reference that ties their rows to the client. Leaves out secrets, columns that only
 * serve the engine, and search words, which repeat other data.
 */
const PARTS: [
  part: string,
  table: string,
  by: 'id' | 'organisation' | 'onboarding' | 'link' | 'connection',
  without: string[],
][] = [
  ['organisation', 'organisation', 'id', []],
  ['incomeSources', 'income_source', 'organisation', []],
  ['access', 'access_rule', 'organisation', []],
  [
    'onboardings',
    'onboarding',
    'organisation',
    ['run', 'fact_seq', 'notified_seq', 'wake_at', 'workflow_started_at', 'clock_offset_ms', 'last_fact_at'],
  ],
  ['steps', 'onboarding_step', 'onboarding', []],
  ['invitations', 'invitation', 'onboarding', []],
  ['bankAsks', 'bank_ask', 'onboarding', []],
  ['links', 'link', 'onboarding', ['key_id', 'token_sha256']],
  ['linkViews', 'link_view', 'link', []],
  ['messages', 'message', 'onboarding', ['run']],
  ['told', 'told', 'onboarding', []],
  ['confirmationNotes', 'confirmation_note', 'onboarding', []],
  [
    'sessions',
    'auth_session',
    'onboarding',
    ['state_sha256', 'verifier_sealed', 'browser_sha256', 'grant_sealed', 'sign_in_id', 'polls', 'next_poll_at'],
  ],
  [
    'connections',
    'connection',
    'organisation',
    ['sign_in_id', 'secret_sealed', 'wake_at', 'workflow_started_at', 'clock_offset_ms', 'look_at'],
  ],
  ['accounts', 'connection_account', 'connection', []],
  ['matches', 'account_mapping', 'onboarding', []],
  ['events', 'event', 'onboarding', ['position']],
  ['users', 'organisation_member', 'organisation', []],
  ['userInvitations', 'user_invitation', 'organisation', ['key_id', 'token_sha256']],
  ['supportLooks', 'support_look', 'onboarding', []],
]

/** Reads all data of a client; null for an unknown id. */
export async function readHeld(tx: Tx, organisationId: string): Promise<Held | null> {
  const read = await Promise.all(
    PARTS.map(async ([part, table, by, without]) => {
      const rows = await tx<{ row: Record<string, unknown> }[]>`
        SELECT to_jsonb(t) - ${['practice_id', 'searched', ...without]}::text[] AS row FROM ${tx(table)} t
        WHERE ${hangsOn(tx, by, organisationId)}`
      return [part, rows.map(({ row }) => named(row))] as const
    }),
  )
  const held = Object.fromEntries(read) as Held
  return held.organisation.length === 1 ? held : null
}

function hangsOn(tx: Tx, by: (typeof PARTS)[number][2], organisationId: string) {
  const onboardings = tx`SELECT o.id FROM onboarding o WHERE o.organisation_id = ${organisationId}`
  switch (by) {
    case 'id':
      return tx`t.id = ${organisationId}`
    case 'organisation':
      return tx`t.organisation_id = ${organisationId}`
    case 'onboarding':
      return tx`t.onboarding_id IN (${onboardings})`
    case 'link':
      return tx`t.link_id IN (SELECT l.id FROM link l WHERE l.onboarding_id IN (${onboardings}))`
    case 'connection':
      return tx`t.connection_id IN (SELECT c.id FROM connection c WHERE c.organisation_id = ${organisationId})`
  }
}

/** Converts column names to the API's: `practice_code` to `practiceCode`. */
const named = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
