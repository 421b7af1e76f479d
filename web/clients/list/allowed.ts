import { isInPlan } from '../../../domain/practice/plans.ts'
import { listed } from '../../../domain/practice/rightWords.ts'
import { type Right, useHelpers, useMe } from '../../shell/useMe.ts'

/** Returns the members who can give the right, as `Rosa Marsh and Ann Lowe`. */
export function useAdmins(right: Right): string {
  const names = useHelpers(right)
  return names.length === 0 ? 'Your practice’s admin' : listed(names, 2)
}

/** Returns true if the practice's plan lacks the view of one's own clients. */
export function useLacksMine(): boolean {
  const { practice } = useMe()
  return practice !== null && !isInPlan(practice.plan, 'my_clients')
}
