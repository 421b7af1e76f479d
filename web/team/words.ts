import type { Member, Team } from './queries.ts'

/** Returns a member's name, else their address. */
export const nameOf = ({ name, email }: Pick<Member, 'name' | 'email'>): string => name ?? email

const counted = (n: number, one: string, more: string): string => `${n.toLocaleString('en-GB')} ${n === 1 ? one : more}`

/** Returns `1 client` or `12 clients`. */
export const clientsOf = (n: number): string => counted(n, 'client', 'clients')

/** Returns `1 person` or `3 people`. */
const peopleOf = (n: number): string => counted(n, 'person', 'people')

/** Returns `Ada Marsh, Ben Lowe and 3 more`: two names and the rest of `all` as a number. */
export function someOf(names: readonly string[], all = names.length): string {
  const [first = '', second] = names
  if (all <= 1 || second === undefined) return first
  return all === 2 ? `${first} and ${second}` : `${first}, ${second} and ${all - 2} more`
}

export const words = {
  invite: 'Invite colleague',
  send: 'Send invitation',
  sent: (to: string) => `Invitation sent to ${to}`,
  invited: 'Invited',
  everyonesFactor: 'Everyone needs a second factor',
  lacking: (n: number, isRequired: boolean) =>
    n === 0
      ? 'Everyone here has one. New colleagues set it up before they see any client.'
      : `${peopleOf(n)} ${n === 1 ? 'has' : 'have'} none yet, and ${isRequired ? (n === 1 ? 'sees' : 'see') : 'will see'} no client until it is set up.`,
  chosenBy: (admins: readonly string[]) => `Chosen by ${admins.length > 0 ? someOf(admins) : 'your practice’s admin'}.`,
  resend: 'Resend invitation',
  withdraw: 'Withdraw invitation',
  withdrawTitle: (name: string) => `Withdraw ${name}’s invitation?`,
  withdrawSays: 'Their link stops working now. You can invite them again.',
  withdrew: (name: string) => `Withdrew ${name}’s invitation`,
  changeRole: 'Change role',
  roleOf: (name: string) => `${name}’s role`,
  adminsOnly: 'Only a Practice Admin can give this role or take it away.',
  allow: 'Allow “add clients”',
  disallow: 'Stop allowing “add clients”',
  allowed: (name: string) => `${name} can add clients`,
  disallowed: (name: string) => `${name} can’t add clients any more`,
  handOver: 'Hand over clients',
  handOverTitle: (name: string) => `Hand over ${name}’s clients?`,
  handOverSays: (name: string) => `${name} stays in the team, and no longer manages them.`,
  handedOver: (n: number, to: string) => `${clientsOf(n)} handed over to ${to}`,
  goTo: (n: number) => `Their ${n === 1 ? 'client goes' : `${n.toLocaleString('en-GB')} clients go`} to:`,
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeSays: 'Signed out now. What they did stays under their name, and you can invite them again.',
  holds: (name: string, clients: number) =>
    `${name}’s sign-ins hold ${clients} ${clients === 1 ? 'client' : 'clients'}. Once nobody uses them, we can’t read ${clients === 1 ? 'it' : 'them'} any more.`,
  lastAdmin: 'There must be at least one admin. Give someone else the role first.',
  removed: (name: string) => `Removed ${name}`,
  teams: 'Teams',
  newTeam: 'New team',
  noTeams: 'No teams yet',
  noTeamsSays: 'A team is a group of colleagues that you give access to clients in one go.',
  rename: 'Rename',
  deleteTeam: 'Delete team',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteKeeps: 'Its members stay colleagues. You can’t undo this.',
  nobodyLoses: 'Nobody loses access to a client.',
  lose: (people: number, clients: number, names: readonly string[]) =>
    `${peopleOf(people)} ${people === 1 ? 'loses' : 'lose'} access to ${clientsOf(clients)}: ${someOf(names, clients)}.`,
  deleted: (name: string) => `Deleted ${name}`,
  facts: ({ members, clients }: Team) => `${peopleOf(members.length)}, with access to ${clientsOf(clients)} as a team`,
  giveAccess: 'You give the team access in a client’s settings. Whoever joins it sees those clients from then on.',
  takeOut: 'Take out',
  tookOut: (name: string) => `Took ${name} out of the team`,
  put: (name: string) => `${name} is in the team now`,
  nobody: 'Nobody is in this team yet.',
}
