import { asProblem } from '../api/problem.ts'

/** Sentences by code that replace the API's own. */
const SENTENCES: Record<string, string> = {
  offline: 'You’re offline, or Embark can’t be reached.',
  outcome_unknown:
    'Embark lost its connection for a moment, and it may have been done. Try again: nothing is done twice.',
  unauthorized: 'Sign in again; nothing you typed is lost.',
  confirm_sign_in: 'Nothing was changed: you were to prove first that it’s you.',
}

/** Returns the sentence for people about an error that was thrown. */
export function problemSentence(error: unknown): string {
  const { code, message } = asProblem(error)
  return SENTENCES[code] ?? message
}

/** Returns the same where no form stands that could say at its fields what is wrong. */
export function wholeSentence(error: unknown): string {
  const { fields } = asProblem(error)
  return fields.length > 0 ? fields.map(({ message }) => message).join(' ') : problemSentence(error)
}
