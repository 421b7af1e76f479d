import type { Schema } from '../../api/client.ts'

type Client = Schema['OnboardingSummary']
export type StepKind = Client['steps'][number]['kind']

/** The first name of the client's person, as sentences about what is done to them say it. */
export function firstOf({ invitation, organisation }: Client): string {
  const name = invitation?.name ?? organisation.contact?.name
  return name?.trim().split(/\s+/)[0] || 'The client'
}

/** The same within a sentence. */
export const firstWithin = (client: Client): string => firstOf(client).replace(/^The client$/, 'the client')

export const STEP_NAMES: Record<StepKind, string> = { bank: 'Bank', books: 'Books', mapping: 'Match' }

/** A ledger by its name, as `Xero`. */
export const ledgerName = (provider: string): string =>
  ({ xero: 'Xero' })[provider] ?? provider.charAt(0).toUpperCase() + provider.slice(1)

/** A mobile number as it is dialled at home: `07400 123456`; one from abroad as it is kept. */
export const phoneOf = (number: string): string => number.replace(/^\+44(7\d{3})(\d{6})$/, '0$1 $2')

/** Where an invitation goes: `jo@harbour.example and 07400 123456`. */
export function addressesOf(
  { invitation }: Pick<Client, 'invitation'>,
  through: readonly string[] = invitation?.channels ?? [],
): string {
  const addresses = [
    through.includes('email') ? invitation?.email : null,
    through.includes('sms') && invitation?.phone ? phoneOf(invitation.phone) : null,
  ]
  return addresses.filter(Boolean).join(' and ') || 'the client'
}
