import { isInPlan } from '../../../domain/practice/plans.ts'
import { type Right, useHelpers, useMe } from '../../shell/useMe.ts'

/** Returns the members who can give the right, as `Rosa Marsh and Ann Lowe`. */
export function useAdmins(right: Right): string {
  const names = useHelpers(right)
  if (names.length === 0) return 'Your practice’s admin'
  const [first, second, ...more] = names
  if (!second) return first ?? ''
  return more.length > 0 ? `${first}, ${second} and ${more.length} more` : `${first} and ${second}`
}

/** Returns true if the practice's plan lacks the view of one's own clients. */
export function useLacksMine(): boolean {
  const { practice } = useMe()
  return practice !== null && !isInPlan(practice.plan, 'my_clients')
}
