import { createHash } from 'node:crypto'
import postgres from 'postgres'

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
      await tx`
        INSERT INTO api_key (practice_id, name, key_sha256, scopes)
        SELECT id, 'Demo', ${createHash('sha256').update(apiKey).digest()}, '{read,write}'
        FROM practice WHERE slug = ${demoPractice.slug}
        ON CONFLICT (key_sha256) DO NOTHING`
    })
  } finally {
    await sql.end()
  }
}
