import type { Progress } from '../../domain/progress.ts'

/** The bare workflow's name and namespace; the namespace keeps it away from Embark's workers. */
export const BARE_WORKFLOW = 'bare'
export const BARE_NAMESPACE = 'bare'

export type BareInput = { id: string }

/** Returns a progress of realistic size, for signals and activity results. */
export const progressLike = (id: string, seq: number, now: number): Progress => ({
  seq,
  run: 1,
  stage: 'accepted',
  open: ['bank', 'books', 'mapping'],
  next: { what: 'touch', at: now, to: 'client', n: 1 },
  due: [{ id, channel: 'email' }],
})
