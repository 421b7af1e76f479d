import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../../db/connections/connections.ts'
import type { Living } from '../../domain/connectionLife.ts'
import { type Commands, SIGNAL_PATIENCE_MS } from '../execute.ts'

/**
 * Makes the workflow of an ended connection, or of its sign-in, read the row, so that it ends with it. If the engine is
 * away it ends at its next move.
 */
export async function wakeEnded(commands: Commands, practiceId: string, ended: Connection): Promise<void> {
  const id = ended.kind === 'bank' ? ended.id : ended.signInId
  if (id === null) return
  const living: Living = { practiceId, of: ended.kind === 'bank' ? 'consent' : 'sign_in', id }
  const waking = () => commands.engine.wake(living, 'signal').catch((error) => commands.onSignalFailed?.(id, error))
  await commands.db.afterCommit(() => Promise.race([waking(), sleep(SIGNAL_PATIENCE_MS, undefined, { ref: false })]))
}
