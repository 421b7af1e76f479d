import type { Database, Tx } from '../client.ts'

/** Single sign-on as a practice has it. */
export type SignOn = {
  issuer: string
  clientId: string
  clientSecretSealed: string
  domain: string
  required: boolean
  tested: boolean
  /** Those of the provider when it was tested, with those confirmed since. */
  hosts: string[]
  /** Those it uses besides since; nobody signs in by it until an admin confirms them. */
  unconfirmedHosts: string[]
}

export async function readSignOn(tx: Tx): Promise<SignOn | null> {
  const [row] = await tx<SignOn[]>`
    SELECT issuer, client_id AS "clientId", client_secret_sealed AS "clientSecretSealed", domain, required,
      tested_at IS NOT NULL AS tested, hosts, unconfirmed_hosts AS "unconfirmedHosts"
    FROM sign_on`
  return row ?? null
}

/** Writes it whole. */
export async function writeSignOn(tx: Tx, signOn: SignOn): Promise<void> {
  const { issuer, clientId, clientSecretSealed, domain, required, tested, hosts, unconfirmedHosts } = signOn
  await tx`
    INSERT INTO sign_on (practice_id, issuer, client_id, client_secret_sealed, domain, required)
    VALUES (current_practice(), ${issuer}, ${clientId}, ${clientSecretSealed}, ${domain}, false)
    ON CONFLICT (practice_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id,
      client_secret_sealed = excluded.client_secret_sealed, domain = excluded.domain, required = ${required},
      tested_at = CASE WHEN ${tested} THEN sign_on.tested_at END, hosts = ${hosts}, unconfirmed_hosts = ${unconfirmedHosts}`
}

export async function deleteSignOn(tx: Tx): Promise<boolean> {
  return (await tx`DELETE FROM sign_on`).count > 0
}

/** Returns what stands now and holds off changes of it until the transaction ends. */
export async function lockSignOn(tx: Tx): Promise<SignOn | null> {
  await tx`SELECT FROM sign_on FOR NO KEY UPDATE`
  return readSignOn(tx)
}

/** Notes that somebody got in by it at these hosts: the first time they become the provider's. */
export async function stampSignOn(tx: Tx, hosts: string[]): Promise<void> {
  await tx`
    UPDATE sign_on SET tested_at = coalesce(tested_at, clock_timestamp()), hosts = ${hosts}
    WHERE tested_at IS NULL OR hosts = '{}'`
}

/** Stops sign-on until an admin confirms what of these hosts is new; answers whether that was not known yet. */
export async function stopSignOn(tx: Tx, found: string[]): Promise<boolean> {
  const stopped = await tx`
    UPDATE sign_on SET unconfirmed_hosts = news.hosts
    FROM (SELECT ARRAY(SELECT unnest(${found}::text[]) EXCEPT SELECT unnest(hosts) FROM sign_on ORDER BY 1) AS hosts) news
    WHERE sign_on.hosts <> '{}' AND unconfirmed_hosts IS DISTINCT FROM news.hosts`
  return stopped.count > 0
}

/** Ends every session that the practice's own sign-in began: the provider that vouched for them is no longer asked. */
export async function endSignOnSessions(tx: Tx): Promise<void> {
  await tx`SELECT end_sign_on_sessions()`
}

/** The practices where somebody of this domain may sign in. */
export async function resolveSignOn(db: Database, domain: string): Promise<{ practiceId: string; name: string }[]> {
  return db.sql<{ practiceId: string; name: string }[]>`
    SELECT practice_id AS "practiceId", name FROM resolve_sign_on(${domain})`
}
