import { QueryCache, QueryClient } from '@tanstack/react-query'
import { setOpened } from '../shell/opened.ts'
import { Problem } from './problem.ts'

const outside = /^\/(sign-in|sign-up|confirm|forgot|reset|join)(\/|$)/

/**
 * Leads those who are signed out to the sign-in, unless the page is for them as well (`mayBeSignedOut`). Whoever comes signed out signs in first, and comes back to where they were. Whose session ends while they work signs in
 * over the page.
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
      // What was refused stays refused; what could not be reached may be reached.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
    },
  },
})
