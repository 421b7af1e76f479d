import type { Tx } from '../client.ts'
import { inSight, type Sight } from '../sight.ts'
import type { AuthSession } from './sessions.ts'

/** A sign-in at a ledger with the visible clients whose books are read through it. Instants on the real clock. */
export type HeldSignIn = {
  id: string
  provider: string
  openedBy: AuthSession['openedBy']
  /** The colleague or support person; null for a client or an API key. */
  person: { id: string; name: string | null } | null
  usedAt: number
  endsIfUnusedAt: number | null
  endedAt: number | null
  /** Refreshes in a row that the ledger did not answer. */
  failures: number
  /** The clients, sorted by name. */
  clients: { onboardingId: string; name: string; isLost: boolean }[]
}

/** Reads the sign-ins of visible clients; those with the most clients first. `only`: one of them, or one person's. */
export function readHeldSignIns(
  tx: Tx,
  sight: Sight,
  only: { signInId?: string; personId?: string } = {},
): Promise<HeldSignIn[]> {
  const { signInId = null, personId = null } = only
  const real = (column: 'used_at' | 'ends_if_unused_at' | 'ended_at') =>
    tx`epoch_ms(s.${tx(column)}) - s.clock_offset_ms::float8`
  return tx<HeldSignIn[]>`
    SELECT s.id, s.provider, s.opened_by AS "openedBy", s.failures, ${real('used_at')} AS "usedAt",
      ${real('ends_if_unused_at')} AS "endsIfUnusedAt", ${real('ended_at')} AS "endedAt",
      CASE WHEN s.opened_by_person IS NOT NULL THEN json_build_object('id', s.opened_by_person,
        'name', (SELECT p.name FROM people_named(ARRAY[s.opened_by_person::text]) p)) END AS person,
      json_agg(json_build_object('onboardingId', o.id, 'name', g.name, 'isLost', c.state = 'lost')
        ORDER BY lower(g.name), o.id) AS clients
    FROM sign_in s JOIN connection c ON c.sign_in_id = s.id AND c.state IN ('connected', 'lost')
      JOIN onboarding o ON o.id = c.onboarding_id JOIN organisation g ON g.id = c.organisation_id
    WHERE ${inSight(tx, sight)} AND ${signInId === null ? tx`TRUE` : tx`s.id = ${signInId}`}
      AND ${personId === null ? tx`TRUE` : tx`s.opened_by_person = ${personId}`}
    GROUP BY s.id ORDER BY count(*) DESC, s.id`
}

/** Makes the connections of a sign-in due for a look. */
export async function hastenLooksOf(tx: Tx, signInId: string): Promise<void> {
  await tx`
    UPDATE connection SET look_at = clock_timestamp() + clock_offset_ms * interval '1 millisecond'
    WHERE sign_in_id = ${signInId} AND state IN ('connected', 'lost')`
}
