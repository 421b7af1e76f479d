import type { MessageState } from '../situation.ts'

/** Mails about somebody's own sign-in, and what they are called where their fate is told. */
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
} as const
export type AccountMailKind = keyof typeof ACCOUNT_MAILS

/** How such a mail stands: it is sent at once or not at all, so it is never queued nor withdrawn. */
export type AccountMailState = Exclude<MessageState, 'queued' | 'withdrawn'>
