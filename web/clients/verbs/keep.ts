import { queries } from '../../api/queries.ts'
import { type Onboarding, onboardingQuery } from '../detail/queries.ts'

/** Shows at once how a client stands after what was done, and has all else about it read anew. */
export function keep(client: Onboarding): void {
  const { queryKey } = onboardingQuery(client.id)
  queries.setQueryData(queryKey, client)
  void queries.invalidateQueries({ queryKey })
}
