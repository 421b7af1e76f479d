import type { TextView } from '../templates/texts.ts'
import type { ClientMail, MailView, StaffMail } from '../templates/view.ts'

/** A view without its link: the token is worked out anew at every attempt, so that nothing stored opens a page. */
type Unlinked<View> = View extends unknown ? Omit<View, 'linkUrl' | 'link'> : never

export type ClientMailInputs = Unlinked<ClientMail>
export type TextInputs = Unlinked<TextView>
/** What a mail says, as it is kept with the message; instants in ms. */
export type MailInputs = Unlinked<MailView>
export type StaffMailInputs = StaffMail

/**
 * The version of all templates, kept with what is frozen. Raised when the bytes of any mail or text change (`test/messages`
 * says so): what was frozen under another version is composed anew, because it could not be repeated to the byte.
 */
export const TEMPLATE_VERSION = '3'

/** Returns true if what was frozen renders to the same bytes today, so that an attempt may be repeated with it. */
export const isRepeatable = ({ templateVersion }: { templateVersion: string | null }): boolean =>
  templateVersion === TEMPLATE_VERSION
