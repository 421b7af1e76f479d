import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFresh } from '../../components/useFresh.ts'
import { useKnows } from '../../shell/keys/useKnows.ts'
import { useColleagues } from '../useColleagues.ts'
import { freshPartsOf, usersQuery } from '../users/queries.ts'
import { nameOf, ROLES } from '../users/words.ts'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'

const MOST_USERS = 3

/** Lists the first three users of the client, and the account manager. */
export function People({ client }: { client: Onboarding }) {
  const knows = useKnows()
  const managers = useColleagues()
  const { organisation, accountManager } = client
  const { data } = useQuery(usersQuery(organisation.id))
  const users = data?.items ?? []
  const fresh = useFresh(data ? freshPartsOf(users) : null, client.id)
  return (
    <Section id="people" title="People" isFolded>
      <ul className={classes.list}>
        {users.slice(0, MOST_USERS).map((user) => (
          <li key={user.id} className={classes.line} data-fresh={fresh.has(user.id) || undefined}>
            <span>
              {nameOf(user)}
              {user.email && <span className={classes.note}>{user.email}</span>}
            </span>
            <span className={classes.dimmed}>{user.state === 'active' ? ROLES[user.role] : 'Invited'}</span>
          </li>
        ))}
        <li className={classes.line}>
          <span>{(accountManager && managers.get(accountManager.id)) ?? 'Nobody'}</span>
          <span className={classes.dimmed}>Account manager</span>
        </li>
      </ul>
      {users.length > MOST_USERS && knows('/clients/$id/users') && (
        <Anchor size="sm" renderRoot={(props) => <Link to={`/clients/${client.id}/users` as string} {...props} />}>
          and {users.length - MOST_USERS} more
        </Anchor>
      )}
    </Section>
  )
}
