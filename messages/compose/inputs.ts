import type { TextView } from '../templates/texts.ts'
import type { ClientMail, MailView, StaffMail } from '../templates/view.ts'

/** A view without its link: the token is worked out anew at every attempt, so that nothing stored opens a page. */
type Unlinked<View> = View extends unknown ? Omit<View, 'linkUrl' | 'link'> : never

export type ClientMailInputs = Unlinked<ClientMail>
export type TextInputs = Unlinked<TextView>
/** What a mail says, as it is kept with the message; instants in ms. */
export type MailInputs = Unlinked<MailView>
export type StaffMailInputs = StaffMail

/** Names what the inputs are inputs to; raised when a view changes its shape. */
export const TEMPLATE_VERSION = '2'
