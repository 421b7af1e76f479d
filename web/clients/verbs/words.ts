import { firstName } from '../../../domain/fields/person.ts'
import type { Schema } from '../../api/client.ts'

type Client = Schema['OnboardingSummary']
export type StepKind = Client['steps'][number]['kind']

const knownFirst = ({ invitation, organisation }: Client) => firstName(invitation?.name ?? organisation.contact?.name)

/** Returns the first name of the invited person or contact, to begin a sentence; else `The client`. */
export const firstOf = (client: Client): string => knownFirst(client) ?? 'The client'

/** Returns the same for use within a sentence. */
export const firstWithin = (client: Client): string => knownFirst(client) ?? 'the client'

export const STEP_NAMES: Record<StepKind, string> = { bank: 'Bank', books: 'Books', mapping: 'Match' }

/** Returns a UK mobile number in national form, `07400 123456`; others as stored. */
export const phoneOf = (number: string): string => number.replace(/^\+44(7\d{3})(\d{6})$/, '0$1 $2')

/** Returns the addresses of an invitation: `jo@harbour.example and 07400 123456`. */
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
