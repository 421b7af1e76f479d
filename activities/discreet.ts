import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import { ProviderFailure } from '../providers/failure.ts'

/**
 * Wraps an activity so that unexpected errors reach the engine by their kind only. The engine stores failure messages
 * in plain text, and an error may quote a row, an answer or a name. The log has the stack.
 */
export const discreet =
  <Given extends unknown[], Answer>(activity: (...given: Given) => Promise<Answer>) =>
  async (...given: Given): Promise<Answer> => {
    try {
      return await activity(...given)
    } catch (error) {
      if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error
      Context.current().log.warn('an activity failed', { error })
      throw ApplicationFailure.create({ message: 'failed', type: kindOf(error) })
    }
  }

function kindOf(error: unknown): string {
  if (error instanceof ProviderFailure) return `${error.provider} ${error.kind}`
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && /^\w{1,40}$/.test(String(error.code)) ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
