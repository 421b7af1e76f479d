import { ProviderFailure } from '../../providers/failure.ts'

/** Returns the kind and delay of the ProviderFailure that `work` throws; rethrows anything else. */
export async function failureOf(work: Promise<unknown>) {
  const failure = await work.then(
    () => new Error('nothing failed'),
    (error: unknown) => error,
  )
  if (failure instanceof ProviderFailure) return { kind: failure.kind, retryAfterMs: failure.retryAfterMs }
  throw failure
}
