import { useRouter } from '@tanstack/react-router'

/** Whether another page was chosen and is still on its way: keys are not meant for the one that is shown any more. */
export function useIsLeaving(): () => boolean {
  const router = useRouter()
  return () => router.history.location.pathname !== router.state.resolvedLocation?.pathname
}
