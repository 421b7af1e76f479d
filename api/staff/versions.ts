import { createHash } from 'node:crypto'
import { staffMoment } from '../../domain/words/dates.ts'
import { Problem } from '../problem.ts'

/** The ETag of a version. */
export const etagOf = (version: number): string => `"v${version}"`

/** The ETag of what has no version of its own: the same content has the same. */
export const etagOfContent = (content: unknown): string =>
  `"c${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 16)}"`

/** The version that an If-Match names; null for `*`. Throws the problem of one that is missing. */
export function versionOf(ifMatch: string | null): number | null {
  if (ifMatch === null) {
    const detail = 'Send the ETag that you read as If-Match, so that nobody’s change is lost.'
    throw new Problem(428, 'if_match_required', detail)
  }
  if (ifMatch.trim() === '*') return null
  const version = /^(?:W\/)?"v(\d{1,9})"$/.exec(ifMatch.trim())?.[1]
  // Whatever it is, it is no version of ours, and so not the present one.
  return version === undefined ? -1 : Number(version)
}

/** Somebody else was first: who, and when on the clock of the practice's zone. */
export function changedMeanwhile({ by, at }: { by: string | null; at: number | null }, zone: string): Problem {
  const when = at === null ? '' : ` at ${staffMoment(at, zone)}`
  const detail = `${by ?? 'Somebody'} changed this${when}. Look at the new version, then try again.`
  return new Problem(412, 'changed_meanwhile', detail, {
    members: { by, at: at === null ? null : new Date(at).toISOString() },
  })
}
