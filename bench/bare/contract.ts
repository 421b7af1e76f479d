import type { Progress } from '../../domain/progress.ts'

/** What the bare workflow is called, and the namespace it runs in, so that it meets no worker of Embark's. */
export const BARE_WORKFLOW = 'bare'
export const BARE_NAMESPACE = 'bare'

export type BareInput = { id: string }

/** A progress as long as a real one: what signals carry and activities return. */
export const progressLike = (id: string, seq: number, now: number): Progress => ({
  seq,
  run: 1,
  stage: 'accepted',
  open: ['bank', 'books', 'mapping'],
  next: { what: 'touch', at: now, to: 'client', n: 1 },
  due: [{ id, channel: 'email' }],
})
