import type { Tx } from '../../db/client.ts'
import { readTenantLinks } from '../../db/connections/connections.ts'
import type { AuthSession } from '../../db/connections/sessions.ts'
import { readOrganisationId } from '../../db/onboardings/onboardings.ts'
import { type Instant, MINUTE_MS } from '../../domain/situation.ts'
import type { LedgerOrganisation, ReachedOrganisation } from '../../providers/ledger/ledger.ts'

/** An organisation to choose from. `stood`: it was connected before this trip, and is not ended with it. */
export type OfferedOrganisation = LedgerOrganisation & { stood?: true }

/** The ledger's clock and ours may differ by this much. */
const CLOCKS_APART_MS = 2 * MINUTE_MS

/** Reads whose the reached organisations are already, and returns those to choose from. */
export async function readOffered(
  tx: Tx,
  session: Pick<AuthSession, 'provider' | 'onboardingId' | 'departedAt'>,
  reached: ReachedOrganisation[],
): Promise<OfferedOrganisation[]> {
  const { provider, onboardingId, departedAt } = session
  const client = onboardingId === null ? null : await readOrganisationId(tx, onboardingId)
  const tenants = reached.map(({ tenantId }) => tenantId)
  return offeredOf(reached, departedAt, await readTenantLinks(tx, provider, tenants, client))
}

/**
 * Returns the organisations that the person has just chosen: those of this very sign-in and those connected since they left
 * for the ledger. A ledger may move neither sign when an organisation was connected before: then it is the client's own, and
 * without that any that is no other client's. One of another client is offered only when it is all there is, or when both
 * signs say that it was chosen now.
 */
function offeredOf(
  reached: ReachedOrganisation[],
  leftAt: Instant | null,
  { own, others }: { own: ReadonlySet<string>; others: ReadonlySet<string> },
): OfferedOrganisation[] {
  const isSince = ({ lastConnectedAt: at }: ReachedOrganisation, from: Instant | null) =>
    at !== null && from !== null && at.getTime() >= from
  // Where both signs agree the clocks do, too: what was connected for another client just before is none of it.
  const isCertain = reached.some((one) => one.isOfThisSignIn && isSince(one, leftAt))
  const from = leftAt === null || isCertain ? leftAt : leftAt - CLOCKS_APART_MS
  const isFresh = (one: ReachedOrganisation) => isSince(one, from)
  const isAnothers = ({ tenantId }: ReachedOrganisation) => others.has(tenantId)
  // What was connected for another client in the two minutes before is none of it either.
  const signed = reached.filter((one) => one.isOfThisSignIn || isSince(one, isAnothers(one) ? leftAt : from))
  const free = signed.filter((one) => !isAnothers(one) || (one.isOfThisSignIn && isFresh(one)))
  const known = reached.filter(({ tenantId }) => own.has(tenantId))
  const unclaimed = reached.filter((one) => !isAnothers(one))
  const offered = [free, known, signed, unclaimed].find((some) => some.length > 0) ?? []
  return offered.map((one) => {
    const { connectionId, tenantId, name, isOfThisSignIn, lastConnectedAt } = one
    const isNew = lastConnectedAt === null ? isOfThisSignIn : isFresh(one)
    return { connectionId, tenantId, name, ...(!isNew && { stood: true as const }) }
  })
}
