import { ProviderFailure } from '../../providers/failure.ts'

/** The kind and wait of the ProviderFailure that `work` ends in; anything else is thrown on. */
export async function failureOf(work: Promise<unknown>) {
  const failure = await work.then(
    () => new Error('nothing failed'),
    (error: unknown) => error,
  )
  if (failure instanceof ProviderFailure) return { kind: failure.kind, retryAfterMs: failure.retryAfterMs }
  throw failure
}
