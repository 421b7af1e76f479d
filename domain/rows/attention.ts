import type { Blocker } from '../describe.ts'

export const HEALTHS = ['warn', 'danger'] as const
export type Health = (typeof HEALTHS)[number]

const HEALTH: Partial<Record<Blocker, Health>> = {
  bounced: 'danger',
  blocked: 'danger',
  sms_failed: 'danger',
  bank_failed_old: 'danger',
  permission: 'danger',
  lost: 'danger',
  access_ended: 'danger',
  sign_in_lost: 'danger',
  delayed: 'warn',
  send_unknown: 'warn',
  expired: 'warn',
  declined: 'warn',
  bank_failed: 'warn',
  bank_down: 'warn',
  wrong_org: 'warn',
  already_linked: 'warn',
  access_ending: 'warn',
}

/** Returns the severity of a blocker; null if nothing is wrong. */
export function healthOf(blockedBy: Blocker | null): Health | null {
  return (blockedBy && HEALTH[blockedBy]) ?? null
}
