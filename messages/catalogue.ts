import type { Facts, MessagePurpose, StaffPurpose } from '../domain/situation.ts'
import * as client from './compose/client.ts'
import type { ClientContext, Context } from './compose/context.ts'
import type { ClientMailInputs, StaffMailInputs, TextInputs } from './compose/inputs.ts'
import * as staff from './compose/staff.ts'

/** What messages to the client are made of. One without `text` goes by mail alone. */
type ToClient = {
  mail: (facts: Facts, context: ClientContext) => ClientMailInputs
  text?: (facts: Facts, context: ClientContext) => TextInputs
  /** The part of the context that it alone says. */
  reads?: 'askedBy'
}

/** What messages to the practice are made of; null when what it was to say is no longer so. */
type ToStaff = {
  mail: (facts: Facts, context: Context) => StaffMailInputs | null
  reads?: 'undelivered' | 'told'
}

/** How messages of each purpose are made. `domain/messages.ts` has their rules under the same keys. */
export const CATALOGUE: Record<Exclude<MessagePurpose, StaffPurpose>, ToClient> & Record<StaffPurpose, ToStaff> = {
  invitation: { mail: client.invitationMail, text: client.invitationText },
  new_link: { mail: client.newLinkMail, text: client.newLinkText, reads: 'askedBy' },
  access_request: { mail: client.accessRequestMail, text: client.accessRequestText },
  continue_link: { mail: client.continueLinkMail, text: client.continueText, reads: 'askedBy' },
  client_touch: { mail: client.reminderMail, text: client.reminderText },
  bank_back: { mail: client.bankBackMail, text: client.bankBackText },
  client_done: { mail: client.doneMail },
  client_expired: { mail: client.expiredMail },
  client_withdrawn: { mail: client.withdrawnMail },
  staff_touch: { mail: staff.waiting },
  staff_bounced: { mail: staff.undelivered, reads: 'undelivered' },
  staff_bank_connected: { mail: staff.bankConnected },
  staff_completed: { mail: staff.completed },
  staff_declined: { mail: staff.declined },
  staff_told: { mail: staff.told, reads: 'told' },
}
