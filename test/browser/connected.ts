import type { StaffBrowser } from './staffBrowser.ts'

/** A client in the API's format. */
export type Made = { id: string; organisation: { id: string } }

const ACCOUNTS = {
  bank: [
    { external_id: '1', name: 'Current', currency: 'GBP', sort_code: '123456', account_number: '12345678' },
    { external_id: '2', name: 'Savings', currency: 'GBP', sort_code: '123456', account_number: '87654321' },
    { external_id: '3', name: 'Euro', currency: 'EUR', sort_code: null, account_number: null },
  ],
  books: [
    { external_id: '1', name: 'Business bank account', code: '090', account_number: '12-34-56 12345678' },
    { external_id: '2', name: 'Savings', code: '091', account_number: null },
  ],
}

/** Connects a client's bank or books in the database, as a return from a provider does. */
export async function connect(
  { owner, practice }: StaffBrowser['api'],
  { id, organisation }: Made,
  kind: 'bank' | 'books',
): Promise<void> {
  const practiceId = practice.id
  const [session] = await owner<{ id: string }[]>`
    INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
    VALUES (${practiceId}, ${id}, ${kind}, ${kind === 'bank' ? 'truelayer' : 'xero'}, 'practice', 'done', now(), now(), now())
    RETURNING id`
  const isBooks = kind === 'books'
  const [row] = await owner<{ id: string }[]>`
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution_name,
      external_id, tenant_id, tenant_name, state, consent_given_at, access_until, created_at)
    VALUES (${practiceId}, ${id}, ${organisation.id}, ${session!.id}, ${kind}, ${isBooks ? 'xero' : 'truelayer'},
      ${isBooks ? 'Xero' : 'Bank A'}, ${session!.id}, ${isBooks ? session!.id : null},
      ${isBooks ? 'Tidewater Physiotherapy' : null}, 'connected', now(), ${isBooks ? null : new Date(Date.now() + 90 * 86_400_000)}, now())
    RETURNING id`
  for (const account of ACCOUNTS[kind]) {
    await owner`INSERT INTO connection_account ${owner({ practice_id: practiceId, connection_id: row!.id, ...account })}`
  }
  if (isBooks)
    await owner`UPDATE organisation SET ledger_name = 'Tidewater Physiotherapy' WHERE id = ${organisation.id}`
  await owner`UPDATE onboarding_step SET done_at = now(), started_at = now() WHERE onboarding_id = ${id} AND kind = ${kind}`
}
