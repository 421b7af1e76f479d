import { createHash } from 'node:crypto'
import type { LastEdit } from '../../db/onboardings/organisationDetails.ts'
import { changedWords } from '../../domain/words/changed.ts'
import { Problem } from '../problem.ts'

export const etagOf = (version: number): string => `"v${version}"`

/** Returns the ETag of a resource without a version; equal content has the same. */
export const etagOfContent = (content: unknown): string =>
  `"c${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 16)}"`

/** Returns the version in If-Match; null for `*`. Throws a problem without If-Match. */
export function versionOf(ifMatch: string | null): number | null {
  if (ifMatch === null) {
    const detail = 'Send the ETag that you read as If-Match, so that nobody’s change is lost.'
    throw new Problem(428, 'if_match_required', detail)
  }
  if (ifMatch.trim() === '*') return null
  const version = /^(?:W\/)?"v(\d{1,9})"$/.exec(ifMatch.trim())?.[1]
  // No version of ours, and so not the present one.
  return version === undefined ? -1 : Number(version)
}

/** Returns the problem of a change by another person: who, and when in the practice's time zone. */
export function changedMeanwhile({ by, at }: LastEdit, zone: string): Problem {
  const detail = `${changedWords({ by, at }, zone)} Look at the new version, then try again.`
  return new Problem(412, 'changed_meanwhile', detail, {
    members: { by, at: at === null ? null : new Date(at).toISOString() },
  })
}
