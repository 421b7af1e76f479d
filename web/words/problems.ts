import type { Problem } from '../api/problem.ts'

/** Sentences by code that replace the API's own. */
const SENTENCES: Record<string, string> = {
  offline: 'You’re offline, or Embark can’t be reached.',
  outcome_unknown:
    'Embark lost its connection for a moment, and it may have been done. Try again: nothing is done twice.',
  unauthorized: 'Sign in again; nothing you typed is lost.',
  confirm_sign_in: 'Nothing was changed: you were to prove first that it’s you.',
}

/** Returns the sentence for people about a problem, where no field stands that could show it. */
export const problemSentence = ({ code, fields, message }: Problem): string =>
  SENTENCES[code] ?? (fields.length > 0 ? fields.map((one) => one.message).join(' ') : message)
