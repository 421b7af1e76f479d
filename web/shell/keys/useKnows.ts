import { useRouter } from '@tanstack/react-router'
import { useMe } from '../useMe.ts'

/**
 * Whether the app has a page for one at a path of the route table, as `/clients/$id`. The practice's pages of its clients
 * are not support's, which has its own.
 */
export function useKnows(): (path: string) => boolean {
  const { routesByPath } = useRouter()
  const { role } = useMe()
  return (path) => path in routesByPath && !(role === 'support' && path.startsWith('/clients'))
}
