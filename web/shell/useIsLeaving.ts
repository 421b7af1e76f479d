import { useRouter } from '@tanstack/react-router'

/** Whether another page was chosen and is still on its way: keys are not meant for the one that is shown any more. */
export function useIsLeaving(): () => boolean {
  const router = useRouter()
  return () => bare(router.history.location.pathname) !== bare(router.state.resolvedLocation?.pathname ?? '')
}

/** An address with a slash at its end is the same page. */
const bare = (pathname: string): string => pathname.replace(/\/+$/, '')
