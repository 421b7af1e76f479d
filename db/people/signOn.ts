import type { Database, Tx } from '../client.ts'

/** Single sign-on as a practice has it. */
export type SignOn = {
  issuer: string
  clientId: string
  clientSecretSealed: string
  domain: string
  required: boolean
  tested: boolean
}

export async function readSignOn(tx: Tx): Promise<SignOn | null> {
  const [row] = await tx<SignOn[]>`
    SELECT issuer, client_id AS "clientId", client_secret_sealed AS "clientSecretSealed", domain, required,
      tested_at IS NOT NULL AS tested
    FROM sign_on`
  return row ?? null
}

/** Writes it whole. */
export async function writeSignOn(tx: Tx, signOn: SignOn): Promise<void> {
  const { issuer, clientId, clientSecretSealed, domain, required, tested } = signOn
  await tx`
    INSERT INTO sign_on (practice_id, issuer, client_id, client_secret_sealed, domain, required)
    VALUES (current_practice(), ${issuer}, ${clientId}, ${clientSecretSealed}, ${domain}, false)
    ON CONFLICT (practice_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
      client_secret_sealed = excluded.client_secret_sealed, domain = excluded.domain, required = ${required},
      tested_at = CASE WHEN ${tested} THEN sign_on.tested_at END`
}

export async function deleteSignOn(tx: Tx): Promise<boolean> {
  return (await tx`DELETE FROM sign_on`).count > 0
}

/** Notes that somebody got in by it. */
export async function stampSignOn(tx: Tx): Promise<void> {
  await tx`UPDATE sign_on SET tested_at = clock_timestamp() WHERE tested_at IS NULL`
}

/** The practices where somebody of this domain may sign in. */
export async function resolveSignOn(db: Database, domain: string): Promise<{ practiceId: string; name: string }[]> {
  return db.sql<{ practiceId: string; name: string }[]>`
    SELECT practice_id AS "practiceId", name FROM resolve_sign_on(${domain})`
}
