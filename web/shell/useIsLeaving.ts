import { useRouter } from '@tanstack/react-router'

/** Returns a function that is true during a navigation, when keys must not act on the old page. */
export function useIsLeaving(): () => boolean {
  const router = useRouter()
  return () => bare(router.history.location.pathname) !== bare(router.state.resolvedLocation?.pathname ?? '')
}

/** Removes a slash at the end, which names the same page. */
const bare = (pathname: string): string => pathname.replace(/\/+$/, '')
