import { accountsOf, fullNumber } from '../truelayer/accounts.ts'
import type { Connections } from '../truelayer/connections.ts'

/** Returns true for a registered address (exact match); without registered ones, for any address on this machine. */
export function isRegistered(uri: string, registered: string[]): boolean {
  if (!URL.canParse(uri)) return false
  const url = new URL(uri)
  const isLoopback = ['localhost', '127.0.0.1'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return false
  return registered.length > 0 ? registered.includes(uri) : isLoopback
}

/** Returns the address to which a sign-in page sends people back: with these fields, and the state that it was given. */
export function returnAddress(
  { redirectUri, state }: { redirectUri: string; state: string | null },
  fields: Record<string, string>,
): string {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value)
  if (state !== null) url.searchParams.set('state', state)
  return url.toString()
}

/** Returns a bank connection's numbers: of the wanted one, or the newest of a person with this name. */
export function lentNumbers(bankConnections: Connections, wanted: string, name: string): string[] {
  if (wanted === 'none') return []
  const connection = bankConnections
    .list(200)
    .filter((candidate) => candidate.status === 'authorized')
    .find((candidate) =>
      wanted ? candidate.id === wanted : candidate.request.user.name.toLowerCase() === name.toLowerCase(),
    )
  if (!connection) return []
  return accountsOf(connection.id, connection.request.user, connection.providerId ?? '').map(fullNumber)
}
