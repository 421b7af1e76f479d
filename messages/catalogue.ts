import type { MessagePurpose, StaffPurpose } from '../domain/messages.ts'
import type { Facts } from '../domain/situation.ts'
import * as client from './compose/client.ts'
import type { ClientContext, Context } from './compose/context.ts'
import type { ClientMailInputs, StaffMailInputs, TextInputs } from './compose/inputs.ts'
import * as staff from './compose/staff.ts'

/** The parts of messages to the client. One without `text` goes by mail only. */
type ToClient = {
  mail: (facts: Facts, context: ClientContext) => ClientMailInputs | null
  text?: (facts: Facts, context: ClientContext) => TextInputs | null
  /** The further context that only this purpose reads. */
  reads?: 'askedBy' | 'asked' | 'confirmed'
}

/** The parts of messages to the practice. `mail` returns null if its cause no longer holds. */
type ToStaff = {
  mail: (facts: Facts, context: Context) => StaffMailInputs | null
  reads?: 'undelivered' | 'told'
}

/** The composition of each purpose's messages. `domain/messages.ts` has their rules under the same keys. */
export const CATALOGUE: Record<Exclude<MessagePurpose, StaffPurpose>, ToClient> & Record<StaffPurpose, ToStaff> = {
  invitation: { mail: client.invitationMail, text: client.invitationText },
  new_link: { mail: client.newLinkMail, text: client.newLinkText, reads: 'askedBy' },
  access_request: { mail: client.accessRequestMail, text: client.accessRequestText },
  continue_link: { mail: client.continueLinkMail, text: client.continueText, reads: 'askedBy' },
  another_bank: { mail: client.anotherBankMail, text: client.anotherBankText },
  client_touch: { mail: client.reminderMail, text: client.reminderText },
  bank_back: { mail: client.bankBackMail, text: client.bankBackText },
  renewal: { mail: client.renewalMail, text: client.renewalText, reads: 'asked' },
  confirmed_for_client: { mail: client.confirmedMail, text: client.confirmedText, reads: 'confirmed' },
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
