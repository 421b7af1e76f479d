import type { Situation } from '../../domain/situation.ts'

/** What the bare workflow is called, and the namespace it runs in, so that it meets no worker of Embark's. */
export const BARE_WORKFLOW = 'bare'
export const BARE_NAMESPACE = 'bare'

export type BareInput = { id: string }

/** A situation as long as a real one: what signals carry and activities answer. */
export function situationLike(id: string, seq: number, now: number): Situation {
  const open = { required: true, state: 'open' } as const
  return {
    seq,
    run: 1,
    instants: {
      created: now,
      provisioned: now,
      invited: now,
      accepted: now,
      declined: null,
      expired: null,
      completed: null,
      cancelled: null,
      gaveUp: null,
      cleaned: null,
    },
    deadlines: { expiresAt: now, snoozedUntil: null, undoUntil: null, giveUpAt: null, settleAt: now },
    nextTouch: { at: now, kind: 'client', n: 1 },
    steps: [
      { kind: 'bank', owner: 'client', ...open },
      { kind: 'books', owner: 'practice', ...open },
      { kind: 'mapping', owner: 'practice', ...open },
    ],
    due: [{ id, channel: 'email' }],
  }
}
