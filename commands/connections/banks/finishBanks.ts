import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../domain/events.ts'
import { type Commands, execute, type Outcome, type Target } from '../../execute.ts'

/** Records that the client shares all their banks. Changes nothing if that was said already, or if no bank is left. */
export const finishBanks = (commands: Commands, target: Target, actor: Actor): Promise<Outcome> =>
  execute(commands, target, { actor, command: { do: 'finish_banks', requestId: randomUUID() } })
