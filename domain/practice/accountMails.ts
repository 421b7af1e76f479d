import type { MessageState } from '../messageFacts.ts'

/** The mails to a person about sign-ins, with their names in the support pages. */
export const ACCOUNT_MAILS = {
  'confirm-email': 'Confirm your email',
  'reset-password': 'Reset your password',
  'wrong-passwords': 'Wrong passwords',
  'sign-in-link': 'Sign-in link',
  user: 'Invitation of a client’s user',
  'known-email': 'You can sign in already',
  colleague: 'Invitation of a colleague',
  'sign-in-changed': 'Sign-in changed',
  'practice-changed': 'Security changed',
  'support-asks': 'Support asks to look in',
  'take-over': 'Asked to take over a sign-in',
} as const
export type AccountMailKind = keyof typeof ACCOUNT_MAILS

/** The state of such a mail. It is sent at once or not at all, so it is never queued or withdrawn. */
export type AccountMailState = Exclude<MessageState, 'queued' | 'withdrawn'>
