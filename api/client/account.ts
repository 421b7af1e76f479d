import type { PageLink } from '../../db/invitations/clientPage.ts'
import { nationalNumber } from '../../providers/phone.ts'

/**
 * Who opens an invitation. `existing`: the invited is at home with another client already; `proven` when the link came to
 * their mailbox or they are signed in here, which `signedIn` says. `wrong`: somebody else is signed in here, and nothing may be accepted.
 */
export type Account =
  | { is: 'new' }
  | { is: 'existing'; email: string; proven: boolean; signedIn: boolean }
  | { is: 'wrong'; invited: string; current: string }

/** `reader` is the address of whoever is signed in, if anybody is. */
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
