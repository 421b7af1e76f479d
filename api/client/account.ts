import type { PageLink } from '../../db/invitations/clientPage.ts'
import { nationalNumber } from '../../providers/phone.ts'

/**
 * The account situation of a person who opens an invitation. `existing`: the invited person is a user of another
 * client; `proven` when the link came to their mailbox or they are signed in here (`signedIn`). `wrong`: another person
 * is signed in here, so nothing may be accepted.
 */
export type Account =
  | { is: 'new' }
  | { is: 'existing'; email: string; proven: boolean; signedIn: boolean }
  | { is: 'wrong'; invited: string; current: string }

/** Returns the account situation. `reader` is the address of the signed-in person, or null. */
export function accountOf(
  link: Pick<PageLink, 'channel' | 'email' | 'number' | 'known'>,
  reader: string | null,
): Account {
  const { channel, email, number, known } = link
  const invited = email ?? number
  if (reader !== null && invited !== null && reader !== invited.toLowerCase()) {
    return { is: 'wrong', invited: email ?? nationalNumber(invited), current: reader }
  }
  if (!known || email === null) return { is: 'new' }
  return { is: 'existing', email, proven: channel === 'email' || reader !== null, signedIn: reader !== null }
}
