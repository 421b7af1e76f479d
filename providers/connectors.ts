import { ProviderFailure } from './failure.ts'

/** The connectors of one kind, such as all ledgers. A session or connection carries the name of its own. */
export type Connectors<C> = {
  /** The connectors in the order in which they are offered. */
  readonly all: readonly C[]
  /** The one that is used where nobody has chosen. */
  readonly first: C
  /** Returns the connector of a name; null if there is none. */
  find(name: string): C | null
  /** Returns the connector of a stored name. Throws ProviderFailure (`misconfigured`) if there is none any more. */
  of(name: string): C
}

/** Creates the registry of one kind. */
export function connectors<C extends { readonly name: string }>(first: C, ...others: C[]): Connectors<C> {
  const all = [first, ...others]
  const find = (name: string) => all.find((one) => one.name === name) ?? null
  return {
    all,
    first,
    find,
    of: (name) => {
      const found = find(name)
      if (!found) throw notSetUp(name)
      return found
    },
  }
}

/** Returns the names of the connectors on offer. */
export const namesOf = ({ all }: Connectors<{ readonly name: string }>): string[] => all.map(({ name }) => name)

/** Returns the failure of a provider that a session or connection names and Embark has no connector for. */
export const notSetUp = (name: string): ProviderFailure =>
  new ProviderFailure(name, 'misconfigured', 'Embark is not set up for this provider any more.')
