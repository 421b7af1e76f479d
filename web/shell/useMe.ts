import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { canGive } from '../../domain/rights.ts'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type Me = Schema['Me']
export type Right = Me['rights'][number]

/** The signed-in person, their practice and their rights. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/me')),
  staleTime: 5 * 60_000,
})

/**
 * The signed-in person for all components below. Set by the shell, and again for a practice that support helps. A
 * context instead of a query per component, because every row of a list needs it.
 */
export const MeHere = createContext<Me | null>(null)

/** Returns the signed-in person with their rights in the current practice. Throws outside the shell. */
export function useMe(): Me {
  const me = useContext(MeHere)
  if (!me) throw new Error('useMe stands outside the shell')
  return me
}

/** Returns a function that tests a right: `useMay()('add_clients')`. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useMe()
  return (right) => rights.includes(right)
}

/** Returns the names of the practice's admins who can give the right. */
export function useHelpers(right: Right): string[] {
  return useMe()
    .admins.filter(({ role }) => canGive(role, right))
    .map(({ name }) => name)
}

/** Returns the practice's time zone. */
export const useZone = (): string => useContext(MeHere)?.practice?.timeZone ?? 'Europe/London'
