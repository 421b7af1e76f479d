import type { Tx } from '../../../db/client.ts'
import { readTenantLinks } from '../../../db/connections/connections.ts'
import type { AuthSession } from '../../../db/connections/sessions.ts'
import { readOrganisationId } from '../../../db/onboardings/onboardings.ts'
import { type Instant, MINUTE_MS } from '../../../domain/situation.ts'
import type { LedgerOrganisation, ReachedOrganisation } from '../../../providers/ledger/ledger.ts'

/** An organisation to choose from. `stood`: it was connected before this session and is not ended with it. */
export type OfferedOrganisation = LedgerOrganisation & { stood?: true }

/** The greatest assumed difference between the ledger's clock and ours. */
const CLOCKS_APART_MS = 2 * MINUTE_MS

/** Reads which clients have the reached organisations, and returns those to choose from. */
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
 * Returns the organisations that the person has just chosen: those of this sign-in and those connected since the
 * departure, without those that another sign-in connected meanwhile. A ledger may report neither for an organisation
 * that was connected before; then the client's own is offered, else all that belong to no other client. An organisation
 * of another client is offered only if it is the only one, or if both signs say that it was chosen now.
 */
function offeredOf(
  reached: ReachedOrganisation[],
  leftAt: Instant | null,
  { own, others }: { own: ReadonlySet<string>; others: ReadonlySet<string> },
): OfferedOrganisation[] {
  const isSince = (at: Date | null, from: Instant | null) => at !== null && from !== null && at.getTime() >= from
  const isOfThisSignIn = ({ signIn }: ReachedOrganisation) => signIn === 'this'
  // An organisation keeps an older authorisation only if it was connected before the departure.
  const isOfAnother = ({ signIn, firstConnectedAt: at }: ReachedOrganisation) =>
    signIn === 'another' && isSince(at, leftAt)
  // If both signs agree, so do the clocks, and no tolerance is needed.
  const isCertain = reached.some((one) => isOfThisSignIn(one) && isSince(one.lastConnectedAt, leftAt))
  const from = leftAt === null || isCertain ? leftAt : leftAt - CLOCKS_APART_MS
  const isFresh = (one: ReachedOrganisation) => isSince(one.lastConnectedAt, from) && !isOfAnother(one)
  const isAnothers = ({ tenantId }: ReachedOrganisation) => others.has(tenantId)
  // The tolerance does not apply to organisations of other clients, which may have been connected just before.
  const signed = reached.filter(
    (one) => isOfThisSignIn(one) || (isFresh(one) && (!isAnothers(one) || isSince(one.lastConnectedAt, leftAt))),
  )
  const free = signed.filter((one) => !isAnothers(one) || (isOfThisSignIn(one) && isFresh(one)))
  const known = reached.filter(({ tenantId }) => own.has(tenantId))
  const unclaimed = reached.filter((one) => !isAnothers(one))
  const offered = [free, known, signed, unclaimed].find((some) => some.length > 0) ?? []
  return offered.map((one) => {
    const { connectionId, tenantId, name, lastConnectedAt } = one
    const isNew = lastConnectedAt === null ? isOfThisSignIn(one) : isFresh(one)
    return { connectionId, tenantId, name, ...(!isNew && { stood: true as const }) }
  })
}
