import { expect } from 'vitest'
import { lookAtConnections } from '../../../../commands/connections/lookAtConnections.ts'
import { openDatabase } from '../../../../db/client.ts'
import { DAY_MS } from '../../../../domain/situation.ts'
import { connectors } from '../../../../providers/connectors.ts'
import { forFile } from '../../../forFile.ts'
import { atBank, browse, type ClientSide, startClientSide } from '../clientHarness.ts'

type Client = Awaited<ReturnType<ClientSide['invite']>>
type Row = {
  id: string
  state: string
  access_until: Date
  ends_there: Date | null
  asked_at: Date | null
  opened_at: Date | null
}

/** Returns what the page's boxes post. */
export const boxes = (html: string) =>
  [...html.matchAll(/<input type="checkbox"[^>]*value="([^"]+)"/g)].map(([, value]) => value!)
/** Returns the whole days from now to an instant. */
export const daysFrom = (at: Date) => Math.round((at.getTime() - Date.now()) / DAY_MS)

/** Starts a client side for the tests of a file, against the bank twin that can renew, with banks whose access ends. */
export function useEndingBank() {
  const side = forFile(() => startClientSide({}, (sandbox) => connectors(sandbox.plaid())))

  /** Connects a bank whose access ends in so many days. `there`: its provider ends it then, too. */
  async function ending(inDays: number, { there = false, client: known }: { there?: boolean; client?: Client } = {}) {
    const client = known ?? (await side.invite({ steps: { books: 'skip' } }))
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    expect((await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ins_117601' })))).h1).toBe(
      'Bank connected',
    )
    const until = new Date(Date.now() + inDays * DAY_MS)
    await side.owner`UPDATE connection SET access_until = ${until}, asked_at = now(), asks_made = 1,
      ends_there = CASE WHEN ${there} THEN ${until}::timestamptz ELSE ends_there END WHERE onboarding_id = ${client.id}`
    const row = async (): Promise<Row> => {
      const [found] = await side.owner<Row[]>`SELECT * FROM connection WHERE onboarding_id = ${client.id}`
      return found!
    }
    const { id } = await row()
    return { client, base, browser, id, row }
  }

  const confirmations = async ({ id }: Client) =>
    (await side.events(id)).filter(({ kind }) => kind === 'renewal_confirmed')

  const externalId = async (id: string) =>
    (await side.owner<{ external_id: string }[]>`SELECT external_id FROM connection WHERE id = ${id}`)[0]!.external_id

  /** Makes the worker's pass that looks at connections which are due. */
  async function lookNow(): Promise<void> {
    const worker = openDatabase(side.workerUrl, 2)
    const failures: unknown[] = []
    await lookAtConnections({ ...side.deps.commands, db: worker }, side.deps, (_, error) => failures.push(error))
    await worker.close()
    expect(failures).toEqual([])
  }

  return {
    side,
    ending,
    confirmations,
    externalId,
    lookNow,
  }
}
