import type { Blocker } from '../describe.ts'

/** What only the practice's staff can put right, or should look at: the clients under "Needs attention". */
export const NEEDS_STAFF: readonly Blocker[] = [
  'bounced',
  'blocked',
  'sms_failed',
  'send_unknown',
  'expired',
  'declined',
  'bank_failed_old',
  'wrong_org',
  'already_linked',
  'permission',
  'lost',
  'mapping',
  'access_ending',
]

export const HEALTHS = ['warn', 'danger'] as const
export type Health = (typeof HEALTHS)[number]

const HEALTH: Partial<Record<Blocker, Health>> = {
  bounced: 'danger',
  blocked: 'danger',
  sms_failed: 'danger',
  bank_failed_old: 'danger',
  permission: 'danger',
  lost: 'danger',
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

/** How well it goes: null where nothing is amiss. */
export function healthOf(blockedBy: Blocker | null): Health | null {
  return (blockedBy && HEALTH[blockedBy]) ?? null
}
