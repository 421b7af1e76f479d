import {
  findClientsOfAwaitedBanks,
  findClientsOfBanksBack,
  findClientsOfBanksDown,
  writeSaidOutages,
} from '../../../db/connections/outages.ts'
import { lockFacts } from '../../../db/onboardings/facts.ts'
import { writeStepError } from '../../../db/onboardings/onboardings.ts'
import type { Command } from '../../../domain/commands.ts'
import { type Commands, execute, resettle, transact } from '../../execute.ts'

const MOST_CLIENTS = 100

type OnError = (onboardingId: string, error: unknown) => void

/** A client's next command, with the words about the bank step for staff or null. */
type Next = { practiceId: string; onboardingId: string; command: Command; words: string | null }

/**
 * Stops asking clients whose bank is down. A failure goes to `onError` and stops no other. Returns the number of clients.
 */
export async function pauseClients(commands: Commands, onError: OnError): Promise<number> {
  const words = 'The bank isn’t answering. We keep trying; the client isn’t asked.'
  const found = await findClientsOfBanksDown(commands.db, MOST_CLIENTS)
  return executeEach(
    commands,
    found.map(({ outageId, ...target }) => ({ ...target, command: { do: 'pause_bank', outageId }, words })),
    onError,
  )
}

/**
 * Asks clients again whose bank was down and works again. A failure goes to `onError` and stops no other. Returns the number
 * of clients.
 */
export async function askBack(commands: Commands, onError: OnError): Promise<number> {
  const found = await findClientsOfBanksBack(commands.db, MOST_CLIENTS)
  return executeEach(
    commands,
    found.map(({ practiceId, onboardingId, ...session }) => ({
      practiceId,
      onboardingId,
      command: { do: 'bank_back', ...session },
      words: null,
    })),
    onError,
  )
}

/**
 * Writes the rows of clients again of whom a further bank is awaited that went down or works again; whoever missed a
 * reminder meanwhile gets it. A failure goes to `onError` and stops no other. Returns the number of clients.
 */
export async function settleAwaited(commands: Commands, onError: OnError): Promise<number> {
  let settled = 0
  for (const { practiceId, onboardingId } of await findClientsOfAwaitedBanks(commands.db, MOST_CLIENTS)) {
    try {
      await transact(commands, practiceId, async (unit) => {
        const locked = await lockFacts(unit.tx, onboardingId)
        if (!locked) return
        await writeSaidOutages(unit.tx, onboardingId)
        await resettle(unit, locked)
      })
      settled += 1
    } catch (error) {
      onError(onboardingId, error)
    }
  }
  return settled
}

async function executeEach(commands: Commands, clients: Next[], onError: OnError): Promise<number> {
  let changed = 0
  for (const { command, words, ...target } of clients) {
    try {
      const { result } = await execute(commands, target, {
        actor: { type: 'system', id: null },
        command,
        alongside: (tx) => writeStepError(tx, target.onboardingId, 'bank', words),
      })
      if (result === 'changed') changed += 1
    } catch (error) {
      onError(target.onboardingId, error)
    }
  }
  return changed
}
