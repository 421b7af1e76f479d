import { writeConnection } from '../writtenConnection.ts'
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
  { owner }: StaffBrowser['api'],
  { id, organisation }: Made,
  kind: 'bank' | 'books',
): Promise<void> {
  const isBooks = kind === 'books'
  const columns = isBooks
    ? { institution_name: 'Xero', tenant_name: 'Tidewater Physiotherapy' }
    : { institution_name: 'Bank A', access_until: new Date(Date.now() + 90 * 86_400_000) }
  await writeConnection(owner, id, kind, columns, ACCOUNTS[kind])
  if (isBooks)
    await owner`UPDATE organisation SET ledger_name = 'Tidewater Physiotherapy' WHERE id = ${organisation.id}`
  await owner`UPDATE onboarding_step SET done_at = now(), started_at = now() WHERE onboarding_id = ${id} AND kind = ${kind}`
}
