import { useMe } from '../useMe.ts'

/** Returns a function that is true if this person has the page at a path. Support has its own instead of `/clients`. */
export function useKnows(): (path: string) => boolean {
  const { role } = useMe()
  return (path) => !(role === 'support' && path.startsWith('/clients'))
}
