import { queries } from '../../api/queries.ts'
import { type Onboarding, onboardingQuery } from '../detail/queries.ts'

/** Stores a client as the server answered it, and reads everything else about it again. */
export function keep(client: Onboarding): void {
  const { queryKey } = onboardingQuery(client.id)
  queries.setQueryData(queryKey, client)
  void queries.invalidateQueries({ queryKey })
}
