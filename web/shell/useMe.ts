import { queryOptions, useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { api, bodyOf, type Schema } from '../api/client.ts'

export type Me = Schema['Me']
export type Right = Me['rights'][number]

/** Who is signed in, where, and what they may do. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf(api.GET('/api/v1/me')),
  staleTime: 5 * 60_000,
})

/** Who one is in a practice that one helps, for all below; null at home. */
export const Elsewhere = createContext<Me | null>(null)

/** Who is signed in, as what they are here. Only within the shell, which shows nothing before it is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  const me = useContext(Elsewhere) ?? data
  if (!me) throw new Error('useMe stands outside the shell')
  return me
}

/** Whether one may: `useMay()('add_clients')`. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useMe()
  return (right) => rights.includes(right)
}

/** The practice's time zone. */
export function useZone(): string {
  const { data } = useQuery(meQuery)
  const me = useContext(Elsewhere) ?? data
  return me?.practice?.timeZone ?? 'Europe/London'
}
