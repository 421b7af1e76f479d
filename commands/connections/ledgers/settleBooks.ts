import { randomUUID } from 'node:crypto'
import { findBooksOnOldWay } from '../../../db/onboardings/onboardings.ts'
import { readSoftware } from '../../../db/onboardings/organisations.ts'
import { wayOf } from '../../../domain/connections/ledgers.ts'
import { stepOf } from '../../../domain/situation.ts'
import { namesOf } from '../../../providers/connectors.ts'
import { type Commands, execute } from '../../execute.ts'
import type { Providers } from '../sessionOwner.ts'

const MOST_CLIENTS = 500

/**
 * Moves open books whose software can be connected since a ledger was configured, or no longer can. A failure goes to
 * `onError` and stops no other. Returns the number of clients moved.
 */
export async function settleBooks(
  commands: Commands,
  { ledgers }: Pick<Providers, 'ledgers'>,
  onError: (onboardingId: string, error: unknown) => void,
): Promise<number> {
  const connectable = namesOf(ledgers)
  let moved = 0
  for (const target of await findBooksOnOldWay(commands.db, connectable, MOST_CLIENTS)) {
    try {
      const { result } = await execute(commands, target, {
        actor: { type: 'system', id: null },
        prepare: async (tx, { facts }) => {
          // A connection that stands says more than what is configured.
          if (stepOf(facts, 'books').isConnected) return null
          const is = await readSoftware(tx, target.onboardingId)
          const { hasContact } = facts
          const software = { is, way: wayOf(is, connectable) }
          return { command: { do: 'edit', requestId: randomUUID(), fields: [], hasContact, software } }
        },
      })
      if (result === 'changed') moved += 1
    } catch (error) {
      onError(target.onboardingId, error)
    }
  }
  return moved
}
