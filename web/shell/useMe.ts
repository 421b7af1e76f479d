import { queryOptions, useQuery } from '@tanstack/react-query'
import { chosenPractice } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'

export type Right =
  | 'see_clients'
  | 'add_clients'
  | 'work_clients'
  | 'cancel_clients'
  | 'assign_clients'
  | 'see_reports'
  | 'manage_team'
  | 'manage_settings'
  | 'manage_api_keys'
  | 'manage_support'
  | 'see_audit'
  | 'erase_clients'

export type Me = {
  user: { id: string; name: string; email: string; twoFactor: boolean } | null
  practice: {
    id: string
    slug: string
    name: string
    country: string
    currency: string
    timeZone: string
    plan: 'standard' | 'plus'
  } | null
  practices: { id: string; name: string; role: string }[]
  role: 'practice_admin' | 'client_admin' | 'standard' | 'support' | null
  rights: Right[]
  admins: { name: string; email: string }[]
  colleagues: number
}

async function readMe(): Promise<Me> {
  const practice = chosenPractice()
  const response = await fetch('/api/v1/me', practice ? { headers: { 'Embark-Practice': practice } } : {})
  if (!response.ok) throw await problemOf(response)
  return response.json()
}

/** Who is signed in, where, and what they may do. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: readMe, staleTime: 5 * 60_000 })

/** Who is signed in. Only within the shell, which shows nothing before it is known. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('useMe stands outside the shell')
  return data
}

/** Whether one may: `useMay()('add_clients')`. */
export function useMay(): (right: Right) => boolean {
  const { rights } = useMe()
  return (right) => rights.includes(right)
}

/** The practice's time zone. */
export function useZone(): string {
  const { data } = useQuery(meQuery)
  return data?.practice?.timeZone ?? 'Europe/London'
}
