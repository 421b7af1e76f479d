import type { ConnectionFact } from '../../domain/connections/lostAccess.ts'
import { ADDRESS_IS_FINE, DEAD_STATES } from '../../domain/messageFacts.ts'
import type { Tx } from '../client.ts'
import type { Fragment } from '../list/conditions.ts'
import { downBank } from './outages.ts'

/** The end that the column holds for an access without one. */
export const NO_END = 8_640_000_000_000_000
/**
 * Returns what became of asking about the connection `c`. A message is dead as `reachableChannels` says; only the last of
 * each channel in the present generation counts.
 */
export const askedState = (tx: Tx): Fragment => tx`(CASE WHEN c.asked_at IS NULL THEN 'not_asked'
  ELSE coalesce((
    SELECT CASE WHEN bool_and(last.is_dead) THEN 'bounced' WHEN c.opened_at IS NOT NULL THEN 'opened' ELSE 'asked' END
    FROM (SELECT DISTINCT ON (m.channel) m.state = ANY (${[...DEAD_STATES]}) AND coalesce(m.cause, '') <> ALL (${[...ADDRESS_IS_FINE]}) AS is_dead
      FROM message m JOIN onboarding mo ON mo.id = m.onboarding_id AND mo.generation = m.generation
      WHERE m.onboarding_id = c.onboarding_id AND m.purpose = 'renewal' AND m.state <> 'withdrawn'
      ORDER BY m.channel, m.id DESC) last
    HAVING count(*) > 0), CASE WHEN c.opened_at IS NOT NULL THEN 'opened' ELSE 'unreached' END) END)`

/** True of a consent that the client stopped and gave again since, to this bank or another. */
export const isFollowed = (tx: Tx) => tx`(c.consent_state = 'stopped' AND EXISTS (
  SELECT FROM connection later WHERE later.organisation_id = c.organisation_id AND later.kind = 'bank'
    AND later.state IN ('connected', 'lost') AND later.created_at > c.ended_at))`

/** The consent of the connection `c` as JSON, with the instant of the read; null for a ledger. */
export const consentShown = (tx: Tx) => tx`
  CASE WHEN c.consent_state IS NOT NULL THEN json_build_object('state', c.consent_state, 'asked', ${askedState(tx)},
    'endsAt', nullif(c.consent_ends_ms, ${NO_END}::bigint), 'now', epoch_ms(now())) END`

/**
 * The expression for what the client of the onboarding `o` shared and what was lost of it, as JSON: the banks' consents
 * and lost books. A bank that the client stopped and shared again since is left out.
 */
export const connectionFacts = (tx: Tx) => tx`
  coalesce((SELECT json_agg(json_build_object('kind', c.kind, 'state', coalesce(c.consent_state, 'lost'),
      'endsAt', CASE WHEN c.kind = 'bank' THEN nullif(c.consent_ends_ms, ${NO_END}::bigint) + o.clock_offset_ms
        ELSE epoch_ms(coalesce(c.health_since, c.created_at)) END,
      'asked', ${askedState(tx)}, 'loss', CASE WHEN c.state = 'lost' AND c.health <> 'working' THEN c.health END,
      'snoozedUntil', epoch_ms(c.snoozed_until), 'downBank', ${downBank(tx)}) ORDER BY c.created_at, c.id)
    FROM connection c WHERE c.onboarding_id = o.id AND NOT ${isFollowed(tx)}
      AND (c.consent_state IS NOT NULL OR (c.kind = 'books' AND c.state = 'lost'))), '[]')`

/** Reads the same of one onboarding. */
export async function readConnectionFacts(tx: Tx, onboardingId: string): Promise<ConnectionFact[]> {
  const [row] = await tx<{ connections: ConnectionFact[] }[]>`
    SELECT ${connectionFacts(tx)} AS connections FROM onboarding o WHERE o.id = ${onboardingId}`
  return row?.connections ?? []
}
