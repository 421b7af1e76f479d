import { setTimeout as sleep } from 'node:timers/promises'
import type { Living } from '../../domain/connections/connectionLife.ts'
import { type Commands, SIGNAL_PATIENCE_MS } from '../execute.ts'

/**
 * Makes the workflow of a consent or a sign-in read its row, so that it ends when nothing rests on it any more. If the
 * engine is away it ends at its next move.
 */
export async function wakeEnded(commands: Commands, living: Living): Promise<void> {
  const waking = () =>
    commands.engine.wake(living, 'signal').catch((error) => commands.onSignalFailed?.(living.id, error))
  await commands.db.afterCommit(() => Promise.race([waking(), sleep(SIGNAL_PATIENCE_MS, undefined, { ref: false })]))
}
