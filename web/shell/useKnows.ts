import { useRouter } from '@tanstack/react-router'

/** Whether the app has a page at a path of the route table, as `/clients/$id`. */
export function useKnows(): (path: string) => boolean {
  const { routesByPath } = useRouter()
  return (path) => path in routesByPath
}
