import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useKnows } from '../../shell/keys/useKnows.ts'
import { usersQuery } from '../users/queries.ts'
import classes from './ClientFrame.module.css'

/** The tabs of a client, in the order of their keys `1 2 3`. */
export const CLIENT_TABS = [
  { tab: 'overview', label: 'Overview', path: '/clients/$id' },
  { tab: 'users', label: 'Users', path: '/clients/$id/users' },
  { tab: 'settings', label: 'Settings', path: '/clients/$id/settings' },
] as const
export type ClientTab = (typeof CLIENT_TABS)[number]['tab']

/** Links the pages of a client; pages missing from the router have no tab. */
export function ClientTabs(props: { id: string; organisationId: string; tab: ClientTab | null }) {
  const { id, organisationId, tab } = props
  const knows = useKnows()
  const { data } = useQuery(usersQuery(organisationId))
  const users = data?.items.length
  const tabs = CLIENT_TABS.filter(({ path }) => knows(path))
  if (tabs.length === 0) return null
  return (
    <nav aria-label="Client" className={classes.tabs}>
      {tabs.map((one) => (
        <Link
          key={one.tab}
          to={one.path as string}
          params={{ id } as never}
          preload="intent"
          className={classes.tab}
          aria-current={one.tab === tab ? 'page' : undefined}
          activeOptions={{ exact: true }}
        >
          {one.label}
          {one.tab === 'users' && <span className={classes.count}> {users}</span>}
        </Link>
      ))}
    </nav>
  )
}
