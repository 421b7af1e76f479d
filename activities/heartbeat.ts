import { Context } from '@temporalio/activity'

const BEAT_MS = 1_000

/**
 * Wraps an activity with a heartbeat every second. If its worker is killed, another one takes the attempt within
 * seconds instead of after the whole timeout.
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
