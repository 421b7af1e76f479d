import type { Database, Tx } from '../../db/client.ts'
import { moveToFailed } from '../../db/connections/sessions.ts'
import type { Actor } from '../../domain/events.ts'
import type { Moved, Moving, SessionOwner } from './sessionOwner.ts'

/**
 * Returns what owners of sessions without steps share: a move records no command, and time is real. `lockOpen` locks the
 * owner and returns false if it has ended, so that ending it and moving its sessions exclude each other.
 */
export const steplessOwner = (
  db: Database,
  practiceId: string,
  lockOpen: (tx: Tx) => Promise<boolean>,
): Pick<SessionOwner, 'expected' | 'move' | 'fail'> => ({
  expected: async () => null,
  move: <A, W>(_actor: Actor, prepare: Moving<A, W>): Promise<Moved<W> | A> =>
    db.inPractice(practiceId, async (tx) => {
      if (!(await lockOpen(tx))) return { result: 'not_found' }
      const now = Date.now()
      const prepared = await prepare(tx, now)
      if (!prepared) return { result: 'unchanged' }
      if ('answer' in prepared) return prepared.answer
      return { result: 'changed', written: (await prepared.alongside?.(tx, now)) as W }
    }),
  fail: (session, family, reason) =>
    db.inPractice(practiceId, async (tx) => void (await moveToFailed(tx, session.id, { family, reason }, Date.now()))),
})
