import { Context } from '@temporalio/activity'

const BEAT_MS = 1_000

/**
 * The same activity, telling the engine every second that its attempt still runs: when its worker is killed another one
 * has it seconds later, not after the longest time an attempt may take.
 */
export const beating =
  <Given extends unknown[], Answer>(activity: (...given: Given) => Promise<Answer>) =>
  async (...given: Given): Promise<Answer> => {
    const context = Context.current()
    const beat = setInterval(() => context.heartbeat(), BEAT_MS)
    try {
      return await activity(...given)
    } finally {
      clearInterval(beat)
    }
  }
