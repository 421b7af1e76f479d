import type { Tx } from '../../db/client.ts'
import { isOneOfSeveral } from '../../db/connections/banks.ts'
import {
  type Connection,
  insertAccounts,
  type NewAccount,
  readAccounts,
  readConnection,
} from '../../db/connections/connections.ts'
import { isMapped, writeHealth } from '../../db/connections/living.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import type { Command } from '../../domain/commands.ts'
import type { LossReason } from '../../domain/connections/connectionLife.ts'
import { type Commands, execute } from '../execute.ts'

/** Records once that a connection cannot be read any more, and tells the practice. `words` says why, for staff. */
export function loseConnection(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  health: LossReason,
  words: string,
): Promise<void> {
  return changeHealth(commands, practiceId, connectionId, 'connected', async (tx, { kind: step }) => {
    const several = await isOneOfSeveral(tx, connectionId)
    return {
      command: { do: 'lose', connectionId, step, health, isOneOfSeveral: several },
      write: () => writeHealth(tx, connectionId, health, { loss: words }),
      words: several ? null : words,
    }
  })
}

/**
 * Records once that a lost connection works again, and tells the practice. `accounts` are stored for one that could not
 * read any before.
 */
export function recoverConnection(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  accounts: NewAccount[] = [],
): Promise<void> {
  return changeHealth(commands, practiceId, connectionId, 'lost', async (tx, { kind: step, onboardingId }) => ({
    command: { do: 'recover', connectionId, step, isMapped: await isMapped(tx, onboardingId) },
    write: async () => {
      await writeHealth(tx, connectionId, 'working')
      if ((await readAccounts(tx, [connectionId])).length === 0) {
        await insertAccounts(tx, practiceId, connectionId, accounts)
      }
    },
    words: null,
  }))
}

/** A change of health: its command, its write, and the step's error for staff or null. */
type HealthChange = { command: Command; write: () => Promise<unknown>; words: string | null }

/** Executes a change of health on the onboarding of a connection, if the connection is still in `state`. */
async function changeHealth(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  state: 'connected' | 'lost',
  prepare: (tx: Tx, connection: Connection & { onboardingId: string }) => Promise<HealthChange>,
): Promise<void> {
  const found = await commands.db.inPractice(practiceId, (tx) => readConnection(tx, connectionId))
  if (!found) return
  const { onboardingId, kind: step, provider } = found
  await execute(
    commands,
    { practiceId, onboardingId },
    {
      actor: { type: 'provider', id: provider },
      prepare: async (tx) => {
        const standing = await readConnection(tx, connectionId)
        if (standing?.state !== state) return null
        const { command, write, words } = await prepare(tx, standing)
        const alongside = async () => {
          await write()
          await writeStepError(tx, onboardingId, step, words)
        }
        return { command, alongside }
      },
    },
  )
}
