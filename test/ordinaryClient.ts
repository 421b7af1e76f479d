import type { NewOnboarding } from '../commands/createOnboarding.ts'
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
      name,
      kind: 'business',
      practiceCode: null,
      industry: null,
      software: 'xero',
      softwareName: null,
      solutions: [],
      country: null,
      currency: null,
      companiesHouseNumber: null,
      contact: { name: contactName, email, phone },
      niNumberSealed: null,
      niNumberLast4: null,
      postcode: null,
      incomeSources: [],
    },
    invitation: channels && { name: contactName, email, phone, message: null, inviterName, channels },
    steps: { bank: 'client', books: 'practice', mapping: 'practice', ...steps },
    connectable: ['xero'],
    managerId: null,
    access: null,
  }
}
