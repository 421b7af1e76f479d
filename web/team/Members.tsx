import { Anchor, Menu, Paper, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { useLayout } from '../clients/useLayout.ts'
import { ManageMenu } from '../components/ManageMenu.tsx'
import { None } from '../components/plain/States.tsx'
import { Time } from '../components/Time.tsx'
import { useMe } from '../shell/useMe.ts'
import type { Member } from './queries.ts'
import classes from './Team.module.css'
import { clientsOf, nameOf } from './words.ts'

/** The verbs on a member. */
export type Verb = 'role' | 'allow' | 'hand_over' | 'remove' | 'resend' | 'withdraw'
type OnVerb = (verb: Verb, member: Member) => void

/**
 * Lists the members as a table, or as cards on narrow windows. `mayChange` returns true if the viewer may change or
 * remove a member; the other verbs are open to all viewers.
 */
export function Members(props: { members: Member[]; mayChange: (member: Member) => boolean; onVerb: OnVerb }) {
  const { members, mayChange, onVerb } = props
  const me = useMe().user?.id
  const layout = useLayout()
  const whole = (member: Member) => (member.id === me ? `${nameOf(member)} (you)` : nameOf(member))
  const menu = (member: Member) => (
    <ManageMenu of={nameOf(member)} className={classes.manage}>
      {mayChange(member) && <Menu.Item onClick={() => onVerb('role', member)}>Change role</Menu.Item>}
      {member.role === 'standard' && (
        <Menu.Item onClick={() => onVerb('allow', member)}>
          {member.addClients ? 'Stop allowing “add clients”' : 'Allow “add clients”'}
        </Menu.Item>
      )}
      <Menu.Item disabled={member.clients === 0} onClick={() => onVerb('hand_over', member)}>
        Hand over clients
      </Menu.Item>
      {mayChange(member) && (
        <Menu.Item c="danger" onClick={() => onVerb('remove', member)}>
          Remove
        </Menu.Item>
      )}
    </ManageMenu>
  )
  if (layout === 'phone' || layout === 'narrow') {
    return (
      <ul className={classes.cards}>
        {members.map((member) => (
          <li key={member.id} className={classes.card}>
            <Text size="sm" fw={600} className={classes.whole}>
              {whole(member)}
            </Text>
            {menu(member)}
            <Text size="sm" c="dimmed" className={classes.whole}>
              {member.email}
            </Text>
            <Text size="sm">
              {roleOf(member)} · <Managed member={member} isWritten /> · Second factor {factorOf(member).toLowerCase()}
            </Text>
            <Text size="sm" c="dimmed">
              <Seen member={member} isWritten />
            </Text>
          </li>
        ))}
      </ul>
    )
  }
  return (
    <Paper className={classes.table} tabIndex={0} role="region" aria-label="Colleagues">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Email</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th ta="right">Clients managed</Table.Th>
            <Table.Th>Second factor</Table.Th>
            <Table.Th>Last seen</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Th scope="row" className={classes.name}>
                {whole(member)}
              </Table.Th>
              <Table.Td>{member.email}</Table.Td>
              <Table.Td>{roleOf(member)}</Table.Td>
              <Table.Td ta="right">
                <Managed member={member} />
              </Table.Td>
              <Table.Td>{factorOf(member)}</Table.Td>
              <Table.Td>
                <Seen member={member} />
              </Table.Td>
              <Table.Td ta="right">{menu(member)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}

/** Lists the invited people who have not joined. `mayChange` returns true if the viewer may resend the invitation. */
export function Invited(props: { members: Member[]; mayChange: (member: Member) => boolean; onVerb: OnVerb }) {
  const { members, mayChange, onVerb } = props
  return (
    <Paper>
      <ul className={classes.list}>
        {members.map((member) => (
          <li key={member.id} className={classes.item}>
            <div className={classes.whole}>
              <Text size="sm" fw={600}>
                {nameOf(member)}
              </Text>
              <Text size="xs" c="dimmed">
                {[member.name && member.email, roleOf(member)].filter(Boolean).join(' · ')}
              </Text>
            </div>
            <Text size="sm" c="dimmed" className={classes.until}>
              {member.state === 'invitation_expired' || !member.invitation ? (
                'Invitation expired'
              ) : (
                <>
                  {!member.invitation.mailed && 'Not sent yet · '}Works until{' '}
                  <Time at={member.invitation.expiresAt} as="end" />
                </>
              )}
            </Text>
            <ManageMenu of={nameOf(member)} className={classes.manage}>
              {mayChange(member) && <Menu.Item onClick={() => onVerb('resend', member)}>Resend invitation</Menu.Item>}
              <Menu.Item c="danger" onClick={() => onVerb('withdraw', member)}>
                Withdraw invitation
              </Menu.Item>
            </ManageMenu>
          </li>
        ))}
      </ul>
    </Paper>
  )
}

/** Returns the role, and for a Standard member whether they may add clients. */
const roleOf = ({ role, addClients }: Member): string =>
  role === 'standard' && addClients ? `${ROLE_WORDS.standard}, adds clients` : ROLE_WORDS[role]

const factorOf = ({ twoFactor }: Member): string => (twoFactor ? 'On' : 'Off')

/** Shows how many clients a member manages, linked to the list of them. */
function Managed({ member, isWritten }: { member: Member; isWritten?: boolean }) {
  const { id, clients } = member
  const count = isWritten ? clientsOf(clients) : clients.toLocaleString('en-GB')
  if (clients === 0) return isWritten ? 'No clients' : <None />
  return (
    <Anchor
      inherit
      underline={isWritten ? 'always' : 'hover'}
      aria-label={`${clientsOf(clients)} of ${nameOf(member)}`}
      renderRoot={(props) => <Link to="/clients" search={{ view: 'all', manager: [id] }} {...props} />}
    >
      {count}
    </Anchor>
  )
}

function Seen({ member, isWritten }: { member: Member; isWritten?: boolean }) {
  if (!member.lastSeenAt) return isWritten ? 'Never seen' : 'Never'
  return (
    <>
      {isWritten && 'Last seen '}
      <Time at={member.lastSeenAt} />
    </>
  )
}
