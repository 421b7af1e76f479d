import type { Right } from '../../shell/useMe.ts'
import type { ClientVerbName } from '../verbs/ClientVerb.tsx'
import type { Row } from './rowWords.ts'

/** A verb in a client's menu: `copy` and `wake` act at once, the others open a dialog. `isGrave` marks it red. */
export type RowVerb = { verb: ClientVerbName | 'copy' | 'wake'; words: string; letter?: string; isGrave?: boolean }

/** Returns the verbs that both the server and the member's rights allow now, in the menu's order. */
export function rowVerbsOf(row: Row, may: (right: Right) => boolean): RowVerb[] {
  const { allowed, invitation, snoozedUntil } = row
  const can = (wanted: Row['allowed'][number]) => allowed.includes(wanted) && may('work_clients')
  const verbs: (RowVerb | false)[] = [
    can('invite') &&
      (invitation?.channels.length ?? 0) > 0 && { verb: 'resend', words: 'Resend invitation', letter: 'r' },
    can('link') && { verb: 'copy', words: 'Copy link', letter: 'y' },
    can('extend') && { verb: 'extend', words: 'Extend', letter: 'e' },
    can('snooze') && !snoozedUntil && { verb: 'snooze', words: 'Snooze' },
    can('resume') && snoozedUntil !== null && { verb: 'wake', words: 'Wake now' },
    may('assign_clients') && { verb: 'assign', words: 'Assign', letter: 'a' },
    allowed.includes('cancel') &&
      may('cancel_clients') && { verb: 'cancel', words: 'Cancel onboarding', isGrave: true },
  ]
  return verbs.filter((one) => one !== false)
}
