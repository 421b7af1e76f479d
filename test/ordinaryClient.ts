import type { NewOnboarding } from '../commands/createOnboarding.ts'
import { NO_DETAILS } from '../db/onboardings/organisationDetails.ts'
import type { Channel } from '../domain/situation.ts'

/** Returns an ordinary new client: a business with a contact, invited through `channels`; null sends no invitation. */
export function ordinaryClient(given: {
  name: string
  contactName: string
  email: string | null
  phone: string | null
  channels: Channel[] | null
  inviterName: string | null
  steps: Partial<NewOnboarding['steps']> | undefined
}): NewOnboarding {
  const { name, contactName, email, phone, channels, inviterName, steps } = given
  return {
    organisation: {
      ...NO_DETAILS,
      name,
      kind: 'business',
      software: 'xero',
      country: null,
      currency: null,
      contact: { name: contactName, email, phone },
      incomeSources: [],
    },
    invitation: channels && { name: contactName, email, phone, message: null, inviterName, channels },
    steps: { bank: 'client', books: 'practice', mapping: 'practice', ...steps },
    connectable: ['xero'],
    managerId: null,
    access: null,
  }
}
