import { randomUUID } from 'node:crypto'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { BookName } from '../../sandbox/ledgers/books.ts'
import { startClientSide } from '../api/client/clientHarness.ts'
import { lookNow } from './looks.ts'
import { type Client, goToLedger, withEveryLedger } from './trips.ts'
import { LEDGER_TWINS } from './twins.ts'

const redirectUrl = 'http://127.0.0.1:3999/connect/return'

/** A sign-in made with the connector alone. */
export type SignedIn = { organisation: string; tokens: LedgerTokens; user: string }

/** Starts the product beside one ledger's twin, for the rows of that ledger's contract. */
export async function startLedgerSide(provider: BookName) {
  const side = await startClientSide()
  const deps = withEveryLedger(side)
  const twin = LEDGER_TWINS[provider](side.sandbox)
  const connector: LedgerConnector = twin.connector()
  const person = () => `rosa-${randomUUID().slice(0, 8)}@marshlowe.example`

  /** Sets out for the sign-in page and comes back with a code that nobody has exchanged. */
  const consent = async (organisation: string, user = person()) => {
    const { redirectUrl: address, verifier } = await connector.authorise({ state: 'opaque', redirectUrl })
    const back = await twin.decide(address, { user, organisation })
    const { code = '', ...query } = Object.fromEntries(back.searchParams)
    return { code, query, verifier, redirectUrl, user }
  }
  const signedInAt = async (organisation: string, as?: string): Promise<SignedIn> => {
    const { user, ...returned } = await consent(organisation, as)
    return { organisation, user, tokens: await connector.exchange(returned) }
  }
  return {
    side,
    deps,
    twin,
    connector,
    person,
    consent,
    signedInAt,
    /** Signs in at a new organisation of this name. */
    signedIn: async (name: string, as?: string) => signedInAt(await twin.organisation(name), as),
    client: (name: string): Promise<Client> => side.invite({ name, steps: { books: 'practice', bank: 'client' } }),
    connect: (of: Client, user: string, organisation: string) =>
      goToLedger(deps, twin, provider, of, { user, organisation }),
    connections: (of: Client) =>
      side.owner`SELECT state, health, last_error, tenant_id, sign_in_id FROM connection WHERE onboarding_id = ${of.id} ORDER BY created_at`,
    organisation: async (more: object) =>
      (await side.sandbox.control<{ tenantId: string }>(`${provider}/organisations`, more)).tenantId,
    /** Looks at a client's connections as the worker does daily; returns what an operator is told of. */
    look: (of: Client) => lookNow(side, deps, of),
    fault: (kind: string, operation: string, match: string | null, more: object = {}) =>
      side.sandbox.fault({ provider, kind, operation, ...(match !== null && { match }), ...more }),
    /** Makes the codes and tokens of a person look `byMs` older. */
    age: (user: string, byMs: number) => side.sandbox.control(`${provider}/people/${user}/age`, { byMs }),
  }
}
export type LedgerSide = Awaited<ReturnType<typeof startLedgerSide>>
