import type postgres from 'postgres'

type Columns = Record<string, string | number | boolean | Date | null | undefined>

/**
 * Writes a connection of an onboarding with its session and accounts, as a return from the provider leaves them, but for
 * the step. `columns`: those of the connection that are not as usual. Returns its id and those of its accounts.
 */
export async function writeConnection(
  owner: postgres.Sql,
  onboardingId: string,
  kind: 'bank' | 'books',
  { provider = kind === 'bank' ? 'truelayer' : 'xero', ...columns }: Columns = {},
  accounts: Columns[] = [],
): Promise<{ id: string; accounts: string[] }> {
  const [client] = await owner<{ practice_id: string; organisation_id: string }[]>`
    SELECT practice_id, organisation_id FROM onboarding WHERE id = ${onboardingId}`
  if (!client) throw new Error(`there is no onboarding ${onboardingId}`)
  const { practice_id, organisation_id } = client
  const at = new Date()
  const shared = { practice_id, onboarding_id: onboardingId, provider, created_at: at }
  const opened = { step: kind, opened_by: kind === 'bank' ? 'client' : 'practice' }
  const [session] = await owner<{ id: string }[]>`
    INSERT INTO auth_session ${owner({ ...shared, ...opened, status: 'done', status_at: at, expires_at: at })} RETURNING id`
  const session_id = session!.id
  const usual = { kind, organisation_id, session_id, external_id: session_id, state: 'connected', consent_given_at: at }
  const tenant = kind === 'books' ? { tenant_id: session_id } : {}
  const [connection] = await owner<{ id: string }[]>`
    INSERT INTO connection ${owner({ ...shared, ...usual, ...tenant, ...columns })} RETURNING id`
  const { id } = connection!
  const ids: string[] = []
  for (const account of accounts) {
    const [made] = await owner<{ id: string }[]>`
      INSERT INTO connection_account ${owner({ practice_id, connection_id: id, ...account })} RETURNING id`
    ids.push(made!.id)
  }
  return { id, accounts: ids }
}
