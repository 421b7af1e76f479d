import { QueryCache, QueryClient } from '@tanstack/react-query'
import { setOpened } from '../shell/opened.ts'
import { Problem } from './problem.ts'

const outside = /^\/(sign-in|sign-up|confirm|forgot|reset|join)(\/|$)/

/**
 * Sends a visitor without a session to the sign-in page, with the way back, unless the query's `mayBeSignedOut` allows
 * it. If the session ends while the page is open, the sign-in dialog opens over the page instead.
 */
function signInFirst(error: unknown, { meta }: { meta?: Record<string, unknown> | undefined }): void {
  if (
    meta?.mayBeSignedOut === true ||
    !(error instanceof Problem) ||
    error.status !== 401 ||
    outside.test(location.pathname)
  )
    return
  if (queries.getQueryData(['me'])) setOpened('signIn', true)
  else location.replace(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: signInFirst }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal (4xx) is final. A server failure or a lost connection is tried up to twice more.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
    },
    // Without this a change waits for the connection, and its button stays busy.
    mutations: { networkMode: 'always' },
  },
})
