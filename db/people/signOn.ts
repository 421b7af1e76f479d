import { type Database, first, type Tx } from '../client.ts'

/** A practice's single sign-on. */
export type SignOn = {
  issuer: string
  clientId: string
  clientSecretSealed: string
  domain: string
  required: boolean
  tested: boolean
  /** The provider's hosts at the test, and those confirmed since. */
  hosts: string[]
  /** New hosts of the provider; nobody can sign in until an admin confirms them. */
  unconfirmedHosts: string[]
}

export const readSignOn = (tx: Tx): Promise<SignOn | null> =>
  first(tx<SignOn[]>`
    SELECT issuer, client_id AS "clientId", client_secret_sealed AS "clientSecretSealed", domain, required,
      tested_at IS NOT NULL AS tested, hosts, unconfirmed_hosts AS "unconfirmedHosts"
    FROM sign_on`)

/** Writes all settings of single sign-on. */
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

/** Returns the present settings and locks them until the transaction ends. */
export async function lockSignOn(tx: Tx): Promise<SignOn | null> {
  await tx`SELECT FROM sign_on FOR NO KEY UPDATE`
  return readSignOn(tx)
}

/** Records a successful sign-in and, the first time, the provider's hosts. */
export async function stampSignOn(tx: Tx, hosts: string[]): Promise<void> {
  await tx`
    UPDATE sign_on SET tested_at = coalesce(tested_at, clock_timestamp()), hosts = ${hosts}
    WHERE tested_at IS NULL OR hosts = '{}'`
}

/** Stops single sign-on until an admin confirms the new hosts. True if they were not recorded before. */
export async function stopSignOn(tx: Tx, found: string[]): Promise<boolean> {
  const stopped = await tx`
    UPDATE sign_on SET unconfirmed_hosts = news.hosts
    FROM (SELECT ARRAY(SELECT unnest(${found}::text[]) EXCEPT SELECT unnest(hosts) FROM sign_on ORDER BY 1) AS hosts) news
    WHERE sign_on.hosts <> '{}' AND unconfirmed_hosts IS DISTINCT FROM news.hosts`
  return stopped.count > 0
}

/** Ends every login session that began by single sign-on, because its provider is no longer asked. */
export async function endSignOnSessions(tx: Tx): Promise<void> {
  await tx`SELECT end_sign_on_sessions()`
}

/** Returns the practices in which people of this domain may sign in. */
export async function resolveSignOn(db: Database, domain: string): Promise<{ practiceId: string; name: string }[]> {
  return db.sql<{ practiceId: string; name: string }[]>`
    SELECT practice_id AS "practiceId", name FROM resolve_sign_on(${domain})`
}
