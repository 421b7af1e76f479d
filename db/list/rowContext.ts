import type { Actor } from '../../domain/events.ts'
import type { Usual } from '../../domain/rows/overdue.ts'
import type { Tx } from '../client.ts'

/** The names and counts of a list row besides its facts. */
export type RowContext = {
  id: string
  managerId: string | null
  /** The first connected bank, else the one chosen last. */
  bank: string | null
  /** The connector of the connected ledger. */
  ledgerProvider: string | null
  connectedBanks: (string | null)[]
  /** The teams with an access rule of their own, by id. */
  teams: string[]
  /** The kinds of which a connection works. */
  connected: ('bank' | 'books')[]
  /** The connections whose access ends soon. */
  ending: ('bank' | 'books')[]
  /** The person whose sign-in at the ledger ended, by name; null for one that works or is not known. */
  signedIn: string | null
  /** The usual length of the present stage; null for rehearsals or if unknown. */
  usual: Usual | null
  /** The number of accounts of the connected banks without a mapping. */
  unmatched: number
  cancelReason: string | null
  cancelledBy: { type: Actor['type']; name: string | null } | null
  declineReason: string | null
  declineNote: string | null
}

/** Reads the contexts of rows by onboarding id. Costs a few index look-ups per row. */
export async function readRowContexts(tx: Tx, onboardingIds: string[]): Promise<Map<string, RowContext>> {
  const rows = await tx<RowContext[]>`
    SELECT o.id, o.account_manager_id AS "managerId", o.cancel_reason AS "cancelReason",
      o.decline_reason AS "declineReason", o.decline_note AS "declineNote",
      coalesce(bank.institution_name, CASE WHEN o.status = 'accepted' THEN (${lastChoice(tx)}) END) AS bank,
      books.provider AS "ledgerProvider",
      coalesce(bank.names, '{}') AS "connectedBanks",
      ARRAY(SELECT r.team_id FROM access_rule r WHERE r.organisation_id = g.id AND r.kind = 'team') AS teams,
      array_remove(ARRAY[CASE WHEN bank.is_open THEN 'bank' END,
        CASE WHEN books.state = 'connected' THEN 'books' END], NULL) AS connected,
      array_remove(ARRAY[CASE WHEN bank.ends_at < ${soon(tx)} THEN 'bank' END,
        CASE WHEN books.access_until < ${soon(tx)} THEN 'books' END], NULL) AS ending,
      CASE WHEN books.state = 'lost' THEN (SELECT p.name FROM sign_in s, people_named(ARRAY[s.opened_by_person::text]) p
        WHERE s.id = books.sign_in_id) END AS "signedIn",
      CASE WHEN usual.stage IS NOT NULL THEN json_build_object('stage', usual.stage,
        'usualMs', date_part('epoch', usual.usual) * 1000, 'limitMs', usual.limit_days * 86400000.0) END AS usual,
      CASE WHEN bank.works AND books.state = 'connected' THEN
        (SELECT count(*) FROM shared_account a WHERE a.connection_id = ANY (bank.working) AND NOT EXISTS
          (SELECT FROM account_mapping m WHERE m.onboarding_id = o.id AND m.bank_account_id = a.id))::int
      ELSE 0 END AS unmatched,
      CASE WHEN o.cancelled_at IS NOT NULL THEN
        (SELECT json_build_object('type', e.actor_type, 'name',
            coalesce(k.name, (SELECT n.name FROM people_named(ARRAY[e.actor_id]) n)))
          FROM event e LEFT JOIN api_key k ON e.actor_type = 'api_key' AND k.id::text = e.actor_id
          WHERE e.onboarding_id = o.id AND e.kind = 'cancelled' ORDER BY e.seq DESC LIMIT 1) END AS "cancelledBy"
    FROM onboarding o
      JOIN organisation g ON g.id = o.organisation_id
      LEFT JOIN LATERAL (
        SELECT (array_agg(c.institution_name ORDER BY c.state, c.created_at, c.id))[1] AS institution_name,
          bool_or(c.state = 'connected') AS works, bool_or(${isOpen(tx)}) AS is_open,
          min(c.access_until) FILTER (WHERE ${isOpen(tx)}) AS ends_at,
          array_agg(c.id) FILTER (WHERE c.state = 'connected') AS working,
          array_agg(c.institution_name ORDER BY c.state, c.created_at, c.id) AS names
        FROM connection c
        WHERE c.organisation_id = g.id AND c.kind = 'bank' AND c.state IN ('connected', 'lost')) bank ON true
      LEFT JOIN connection books
        ON books.organisation_id = g.id AND books.kind = 'books' AND books.state IN ('connected', 'lost')
      LEFT JOIN stage_usual usual ON usual.stage = o.status AND o.clock_offset_ms = 0
    WHERE o.id = ANY (${onboardingIds})`
  return new Map(rows.map((row) => [row.id, row]))
}

/** The condition that the access of the connection `c` has not ended, whether or not its end is recorded. */
const isOpen = (tx: Tx) => tx`(c.state = 'connected' AND (c.access_until IS NULL
  OR c.access_until > clock_timestamp() + c.clock_offset_ms * interval '1 millisecond'))`

/** The time before the end of access from which it counts as ending soon. */
const soon = (tx: Tx) => tx`now() + interval '14 days'`

const lastChoice = (tx: Tx) => tx`
  SELECT s.institution_name FROM auth_session s WHERE s.onboarding_id = o.id AND s.step = 'bank'
    AND s.institution_name IS NOT NULL ORDER BY s.created_at DESC LIMIT 1`
