import postgres from 'postgres'
import { keepApiKey } from './apiKey.ts'

/** The practice every embedded stack has. It has no clients: `npm run tour` brings the first. */
const demoPractice = {
  slug: 'marsh-lowe',
  name: 'Marsh & Lowe Accountants',
  country: 'GB',
  currency: 'GBP',
  time_zone: 'Europe/London',
  notification_email: 'practice@marsh-lowe.example',
}

/** Puts the demo practice and its API key (both scopes) into the database; what is there already stays as it is. */
export async function seedDemo(ownerUrl: string, apiKey: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1 })
  try {
    await sql.begin(async (tx) => {
      await tx`INSERT INTO practice ${tx(demoPractice)} ON CONFLICT (slug) DO NOTHING`
      await keepApiKey(tx, apiKey, { practice: demoPractice.slug, name: 'Demo', scopes: ['read', 'write'] })
    })
  } finally {
    await sql.end()
  }
}
