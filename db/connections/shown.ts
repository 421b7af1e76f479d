import type { SharedAccount } from '../../domain/words/sharing.ts'
import type { Tx } from '../client.ts'

type ShownAccount = Required<SharedAccount>

/** A connection for pages: one that stands or was disconnected. */
export type PageConnection = {
  id: string
  kind: 'bank' | 'books'
  provider: string
  name: string
  state: 'connected' | 'lost' | 'disconnected'
  accessUntil: number | null
  endedAt: number | null
  /** True if the client stopped it, and not the practice. */
  stoppedByClient: boolean
  accounts: ShownAccount[]
  /** Those that cannot be seen any more. */
  missing: ShownAccount[]
  institution: string | null
  givenAt: number
  askedAt: number | null
  asksMade: number
  endsThere: number | null
  /** True if it was ended before its computed end. */
  isCut: boolean
}

const accountsOf = (tx: Tx, from: ReturnType<Tx>) => tx`
  coalesce((SELECT json_agg(json_build_object('name', a.name,
      'last4', right(coalesce(a.account_number, a.iban, ''), 4), 'sortCode', a.sort_code) ORDER BY a.name, a.id)
    FROM ${from}), '[]')`

/** The accounts of the connection `x` as JSON, by name. */
export const accountsShown = (tx: Tx) => accountsOf(tx, tx`shared_account a WHERE a.connection_id = x.id`)

/** The accounts of a connection that are missing and that nobody has said anything about, as JSON, by name. */
export const missingShown = (tx: Tx, of: ReturnType<Tx>) =>
  accountsOf(
    tx,
    tx`connection_account a
    WHERE a.connection_id = ${of}.id AND a.missing_since IS NOT NULL AND a.closed_at IS NULL`,
  )

/** Returns the expression for the actor who made the connection `c` of the onboarding `o`, as JSON: its kind, and its name if known. */
export const connectedBy = (tx: Tx) => tx`
  (SELECT jsonb_build_object('type', e.actor_type, 'name', CASE e.actor_type
      WHEN 'client' THEN (SELECT i.name FROM invitation i WHERE i.onboarding_id = o.id AND i.generation = o.generation)
      ELSE (SELECT p.name FROM people_named(ARRAY[e.actor_id]) p) END)
    FROM event e WHERE e.onboarding_id = c.onboarding_id AND e.kind = c.kind || '_connected' AND e.key = c.id::text)`

/** The connections `x` that meet `where`, as JSON, newest first. */
export const connectionsShown = (tx: Tx, where: ReturnType<Tx>) => tx`
  coalesce((SELECT json_agg(json_build_object('id', x.id, 'onboardingId', x.onboarding_id, 'kind', x.kind,
      'provider', x.provider, 'name', coalesce(x.institution_name, x.provider), 'state', x.state, 'accessUntil', epoch_ms(x.access_until),
      'endedAt', epoch_ms(x.ended_at), 'stoppedByClient', x.ended_by IS NOT DISTINCT FROM 'client',
      'institution', x.institution, 'givenAt', epoch_ms(x.consent_given_at), 'askedAt', epoch_ms(x.asked_at),
      'asksMade', x.asks_made, 'endsThere', epoch_ms(x.ends_there), 'isCut', x.state = 'lost' AND x.health <> 'expired',
      'accounts', ${accountsShown(tx)}, 'missing', ${missingShown(tx, tx`x`)}) ORDER BY x.created_at DESC)
    FROM connection x WHERE ${where} AND x.state <> 'replaced'), '[]')`
