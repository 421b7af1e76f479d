import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { canGive } from '../../domain/rights.ts'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type Me = Schema['Me']
export type Right = Me['rights'][number]

/** Who is signed in, where, and what they may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/me')),
  staleTime: 5 * 60_000,
})

/**
 * Who one is here, for all below: the shell says it, and again where one helps another practice. Rows ask it many times
 * over, so it is handed down instead of read by each.
 */
export const MeHere = createContext<Me | null>(null)

/** Who is signed in, as what they are here. Only within the shell, which shows nothing before it is known. */
export function useMe(): Me {
  const me = useContext(MeHere)
  if (!me) throw new Error('useMe stands outside the shell')
  return me
}

/** Whether one may: `useMay()('add_clients')`. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useMe()
  return (right) => rights.includes(right)
}

/** The names of those who can give the right, admins of the practice. */
export function useHelpers(right: Right): string[] {
  return useMe()
    .admins.filter(({ role }) => canGive(role, right))
    .map(({ name }) => name)
}

/** The practice's time zone. */
export const useZone = (): string => useContext(MeHere)?.practice?.timeZone ?? 'Europe/London'
