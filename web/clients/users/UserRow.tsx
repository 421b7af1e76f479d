import { Menu, Text } from '@mantine/core'
import { ManageMenu } from '../../components/ManageMenu.tsx'
import { Time } from '../../components/Time.tsx'
import type { User } from './queries.ts'
import classes from './UsersPage.module.css'
import { nameOf, ROLES, words } from './words.ts'

/** A user or invited person of the client, with the menu of verbs. */
export function UserRow(props: {
  user: User
  mayWork: boolean
  /** True if it is new or has changed while on screen; highlights it. */
  isFresh: boolean
  onResend: () => void
  onRole: (role: User['role']) => void
  onRemove: () => void
}) {
  const { user, mayWork, isFresh } = props
  const { state, role, invitation, lastSeenAt } = user
  const address = user.email ?? user.phone
  const other = role === 'member' ? 'business_admin' : 'member'
  return (
    <li className={classes.user} data-fresh={isFresh || undefined}>
      <div className={classes.who}>
        <Text size="sm" fw={600}>
          {nameOf(user)}
        </Text>
        {user.name && address && (
          <Text size="xs" c="dimmed">
            {address}
          </Text>
        )}
      </div>
      <Text size="sm" className={classes.role}>
        {ROLES[role]}
      </Text>
      <Text size="sm" c="dimmed" className={classes.seen}>
        {state === 'active' &&
          (lastSeenAt ? (
            <>
              Last seen <Time at={lastSeenAt} />
            </>
          ) : (
            'Not seen yet'
          ))}
        {state === 'invited' &&
          (invitation?.expiresAt ? (
            <>
              Invited, until <Time at={invitation.expiresAt} as="end" />
            </>
          ) : (
            'Invited'
          ))}
        {state === 'invitation_expired' && 'Invitation expired'}
      </Text>
      {mayWork && (
        <ManageMenu of={nameOf(user)} className={classes.manage}>
          {state !== 'active' && <Menu.Item onClick={props.onResend}>Resend invitation</Menu.Item>}
          {state === 'active' && (
            <Menu.Item onClick={() => props.onRole(other)}>{`Change role to ${ROLES[other]}`}</Menu.Item>
          )}
          {invitation?.kind !== 'onboarding' && (
            <Menu.Item c="danger" onClick={props.onRemove}>
              {state === 'active' ? words.remove : words.withdraw}
            </Menu.Item>
          )}
        </ManageMenu>
      )}
    </li>
  )
}
