import type { Schema } from '../api/client.ts'

type Settings = Schema['NotificationSettings']

/** The kinds of notices, in the order shown. */
export const KINDS: { kind: Settings['inApp'][number]; label: string }[] = [
  { kind: 'accepted', label: 'A client accepts' },
  { kind: 'bank_connected', label: 'A bank is connected' },
  { kind: 'books_connected', label: 'A client connects the books' },
  { kind: 'waiting', label: 'Something waits for us' },
  { kind: 'completed', label: 'A client is completed' },
  { kind: 'declined', label: 'A client declines' },
  { kind: 'undelivered', label: 'A message bounces or fails' },
  { kind: 'failed', label: 'A bank or software fails' },
  { kind: 'expired', label: 'An invitation expires' },
  { kind: 'assigned', label: 'A client is assigned to me' },
  { kind: 'support', label: 'Support looks or acts' },
]

/** The channels of notices. */
export const WAYS: { way: 'inApp' | 'email' | 'digest'; label: string }[] = [
  { way: 'inApp', label: 'In app' },
  { way: 'email', label: 'Email now' },
  { way: 'digest', label: 'Digest' },
]
