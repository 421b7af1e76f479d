import { createHash } from 'node:crypto'
import { symmetricEncrypt } from 'better-auth/crypto'
import type postgres from 'postgres'
import { codeAt } from '../../api/identity/totp.ts'

// The demo's support person has a second factor, as all support people need one. Its secret is derived from the stack's
// own, so that `npm run code` can print the current authenticator code.

const secretOf = (authSecrets: string): string =>
  createHash('sha256').update(`demo second factor ${authSecrets}`).digest('base64url').slice(0, 32)

/** Returns the code that signs the demo's support person in now. */
export const demoCode = (authSecrets: string): string => codeAt(secretOf(authSecrets), Date.now())

/** Gives the person a second factor, unless there is one. `authSecrets` has the format of the api's variable. */
export async function keepFactor(sql: postgres.Sql, userId: string, authSecrets: string): Promise<void> {
  const [version = '', value = ''] = authSecrets.split(',')[0]?.split(/:(.*)/s) ?? []
  const key = { keys: new Map([[Number(version), value]]), currentVersion: Number(version) }
  const secret = await symmetricEncrypt({ key, data: secretOf(authSecrets) })
  const backupCodes = await symmetricEncrypt({ key, data: '[]' })
  await sql.begin(async (tx) => {
    const made = await tx`
      INSERT INTO identity.second_factor (user_id, secret, backup_codes) VALUES (${userId}, ${secret}, ${backupCodes})
      ON CONFLICT (user_id) DO NOTHING`
    if (made.count === 1) await tx`UPDATE identity.person SET two_factor_enabled = true WHERE id = ${userId}`
  })
}
