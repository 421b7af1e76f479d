import type { TextView } from '../templates/texts.ts'
import type { ClientMail, MailView, StaffMail } from '../templates/view.ts'

/** A view without its link. The token is derived at every attempt, so that nothing stored opens a page. */
type Unlinked<View> = View extends unknown ? Omit<View, 'linkUrl' | 'link'> : never

export type ClientMailInputs = Unlinked<ClientMail>
export type TextInputs = Unlinked<TextView>
/** The inputs of a mail as they are stored with the message; instants in ms. */
export type MailInputs = Unlinked<MailView>
export type StaffMailInputs = StaffMail

/**
 * The version of all templates, stored with frozen inputs. Raise it when the bytes of any mail or text change
 * (`test/messages` detects that), or what a template reads. Inputs of another version are composed again, because their bytes could not be
 * repeated.
 */
export const TEMPLATE_VERSION = '10'

/** Returns true if frozen inputs still render to the same bytes, so that an attempt may be repeated with them. */
export const isRepeatable = ({ templateVersion }: { templateVersion: string | null }): boolean =>
  templateVersion === TEMPLATE_VERSION
