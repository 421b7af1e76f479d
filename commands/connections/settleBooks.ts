import { randomUUID } from 'node:crypto'
import { findBooksOnOldWay } from '../../db/onboardings/onboardings.ts'
import { wayOf } from '../../domain/ledgers.ts'
import { stepOf } from '../../domain/situation.ts'
import { namesOf } from '../../providers/connectors.ts'
import { type Commands, execute } from '../execute.ts'
import type { Providers } from './sessionOwner.ts'

const MOST_AT_ONCE = 500

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
  for (const { practiceId, onboardingId, software: is } of await findBooksOnOldWay(
    commands.db,
    connectable,
    MOST_AT_ONCE,
  )) {
    const software = { is, way: wayOf(is, connectable) }
    try {
      const { result } = await execute(
        commands,
        { practiceId, onboardingId },
        {
          actor: { type: 'system', id: null },
          // A connection that stands says more than what is configured.
          prepare: async (_tx, { facts }) =>
            stepOf(facts, 'books').isConnected
              ? null
              : {
                  command: { do: 'edit', requestId: randomUUID(), fields: [], hasContact: facts.hasContact, software },
                },
        },
      )
      if (result === 'changed') moved += 1
    } catch (error) {
      onError(onboardingId, error)
    }
  }
  return moved
}
