import { pathToFileURL } from 'node:url'
import postgres from 'postgres'

/**
 * Sets the passwords of the roles that the migrations created. `ownerUrl` is the owner's connection string; roles
 * belong to the whole server, so two databases on one server share them.
 */
export async function setRolePasswords(
  ownerUrl: string,
  passwords: { embark_api: string; embark_worker: string; embark_auth: string },
): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1 })
  try {
    for (const [role, password] of Object.entries(passwords)) {
      // ALTER ROLE takes no parameters, so the server quotes them itself.
      const [row] = await sql<{ statement: string }[]>`
        SELECT format('ALTER ROLE %I PASSWORD %L', ${role}::text, ${password}::text) AS statement`
      await sql.unsafe(row?.statement ?? '')
    }
  } finally {
    await sql.end()
  }
}

// Runs by hand after `npm run migrate`: DATABASE_URL of the owner, API_PASSWORD, WORKER_PASSWORD and AUTH_PASSWORD.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { DATABASE_URL, API_PASSWORD, WORKER_PASSWORD, AUTH_PASSWORD } = process.env
  if (!DATABASE_URL || !API_PASSWORD || !WORKER_PASSWORD || !AUTH_PASSWORD) {
    console.error('DATABASE_URL (of the owner), API_PASSWORD, WORKER_PASSWORD and AUTH_PASSWORD are needed')
    process.exit(1)
  }
  await setRolePasswords(DATABASE_URL, {
    embark_api: API_PASSWORD,
    embark_worker: WORKER_PASSWORD,
    embark_auth: AUTH_PASSWORD,
  })
  console.log('The passwords of embark_api, embark_worker and embark_auth are set')
}
