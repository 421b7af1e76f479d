import { ApplicationFailure, CancelledFailure } from '@temporalio/activity'
import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { ProviderFailure } from '../providers/failure.ts'

const HEARTBEAT_MS = 1_000

/**
 * Runs around every activity. Unexpected errors reach the engine by their kind only: it stores failure messages in
 * plain text, and an error may quote a row, an answer or a name; the log has the stack. An activity with a heartbeat
 * timeout beats every second, so that another worker takes its attempt within seconds if this one is killed.
 */
export const aroundActivity: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    execute: async (input, next) => {
      const beat = context.info.heartbeatTimeoutMs && setInterval(() => context.heartbeat(), HEARTBEAT_MS)
      try {
        return await next(input)
      } catch (error) {
        if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
        context.log.warn('an activity failed', { error })
        throw ApplicationFailure.create({ message: 'failed', type: kindOf(error) })
      } finally {
        clearInterval(beat)
      }
    },
  },
})

function kindOf(error: unknown): string {
  if (error instanceof ProviderFailure) return `${error.provider} ${error.kind}`
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && /^\w{1,40}$/.test(String(error.code)) ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
