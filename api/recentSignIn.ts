import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { Problem } from './problem.ts'

const RECENT_MS = 10 * 60_000

/**
 * Throws a problem for a person whose sign-in is older than ten minutes, until they give the password again or, when
 * the session began at the practice's own provider, sign in there again. `url` is the address for that; null asks for
 * the password.
 */
export function demandRecentSignIn({ publicUrl }: Dependencies, { staff }: Caller): void {
  if (staff === null || Date.now() - staff.authenticatedAt <= RECENT_MS) return
  const { onlyPracticeId } = staff
  const url =
    onlyPracticeId === null ? null : `${publicUrl}/api/auth/sign-on/begin/${onlyPracticeId}?to=/signed-in-again`
  const detail = url === null ? 'Enter your password again.' : 'Sign in again.'
  throw new Problem(403, 'confirm_sign_in', detail, { members: { url } })
}
