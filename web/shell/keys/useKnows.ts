import { useRouter } from '@tanstack/react-router'
import { useMe } from '../useMe.ts'

/**
 * Returns a function that is true if the app has a page at a path of the route table (`/clients/$id`) for this person.
 * Support has its own pages instead of `/clients`.
 */
export function useKnows(): (path: string) => boolean {
  const { routesByPath } = useRouter()
  const { role } = useMe()
  return (path) => path in routesByPath && !(role === 'support' && path.startsWith('/clients'))
}
