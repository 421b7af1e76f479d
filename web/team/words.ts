import { listed } from '../../domain/practice/rightWords.ts'
import type { Member, Team } from './queries.ts'

/** Returns a member's name, else their address. */
export const nameOf = ({ name, email }: Pick<Member, 'name' | 'email'>): string => name ?? email

const counted = (n: number, one: string, more: string): string => `${n.toLocaleString('en-GB')} ${n === 1 ? one : more}`

/** Returns `1 client` or `12 clients`. */
export const clientsOf = (n: number): string => counted(n, 'client', 'clients')

/** Returns `1 person` or `3 people`. */
const peopleOf = (n: number): string => counted(n, 'person', 'people')

export const words = {
  sent: (to: string) => `Invitation sent to ${to}`,
  lacking: (n: number, isRequired: boolean) =>
    n === 0
      ? 'Everyone here has one. New colleagues set it up before they see any client.'
      : `${peopleOf(n)} ${n === 1 ? 'has' : 'have'} none yet, and ${isRequired ? (n === 1 ? 'sees' : 'see') : 'will see'} no client until it is set up.`,
  chosenBy: (admins: readonly string[]) =>
    `Chosen by ${admins.length > 0 ? listed(admins, 2) : 'your practice’s admin'}.`,
  handedOver: (n: number, to: string) => `${clientsOf(n)} handed over to ${to}`,
  goTo: (n: number) => `Their ${n === 1 ? 'client goes' : `${n.toLocaleString('en-GB')} clients go`} to:`,
  holds: (name: string, clients: number) =>
    `${name}’s sign-ins hold ${clients} ${clients === 1 ? 'client' : 'clients'}. Once nobody uses them, we can’t read ${clients === 1 ? 'it' : 'them'} any more.`,
  lose: (people: number, clients: number, names: readonly string[]) =>
    `${peopleOf(people)} ${people === 1 ? 'loses' : 'lose'} access to ${clientsOf(clients)}: ${listed(names, 2, clients)}.`,
  facts: ({ members, clients }: Team) => `${peopleOf(members.length)}, with access to ${clientsOf(clients)} as a team`,
}
