import { randomUUID } from 'node:crypto'
import { execute } from '../../../../commands/execute.ts'
import { forFile } from '../../../forFile.ts'
import { browse, type NewClient, startClientSide } from '../clientHarness.ts'

const actor = { type: 'api_key', id: null } as const

/** Starts a client side for the tests of a file, with clients who have set out for a bank or ledger. */
export function useTrips() {
  const side = forFile(startClientSide)

  /** Returns a client who accepted and went to the bank. */
  async function atTheBank(given: NewClient = {}) {
    const client = await side.invite(given)
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
    return { client, base, browser, hosted }
  }

  /** Returns a client who went to the ledger, with books for the client to connect. */
  async function atTheLedger(name = 'Harbour Bakery Ltd') {
    const client = await side.invite({ name, steps: { books: 'client', bank: 'skip' } })
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    await browser.send(`${base}/accept`)
    return { client, base, browser, consent: await browser.send(`${base}/books`, { ledger: 'xero' }) }
  }

  const connections = (id: string) => side.owner<{ state: string; tenant_id: string | null; external_id: string }[]>`
    SELECT state, tenant_id, external_id FROM connection WHERE onboarding_id = ${id} ORDER BY created_at`
  const heldByLedger = async () =>
    (await side.sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')).connections.map(
      (one) => one.tenantId,
    )
  const cancel = ({ target }: { target: { practiceId: string; onboardingId: string } }) =>
    execute(side.deps.commands, target, { actor, command: { do: 'cancel', requestId: randomUUID() } })
  const sessionOf = async (id: string) => {
    const [row] = await side.owner<
      { id: string; external_id: string; status: string; failure: string; grant_sealed: string | null }[]
    >`
      SELECT * FROM auth_session WHERE onboarding_id = ${id} ORDER BY created_at DESC LIMIT 1`
    return row!
  }

  return {
    side,
    atTheBank,
    atTheLedger,
    connections,
    heldByLedger,
    cancel,
    sessionOf,
  }
}

/** The tables that looking at a page may change. */
export const UNRECORDED = ['link_view', 'rate_limit']
