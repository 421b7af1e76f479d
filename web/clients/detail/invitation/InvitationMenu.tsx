import { Button, Menu } from '@mantine/core'
import { menuItem } from '../../../components/ManageMenu.tsx'
import { useMay } from '../../../shell/useMe.ts'
import { useSnooze } from '../../verbs/useSnooze.ts'
import classes from '../ClientPage.module.css'
import type { Doing } from '../ClientPage.tsx'
import type { Onboarding } from '../queries.ts'

/** The menu of verbs that the invitation allows now; renders nothing if it allows none. */
export function InvitationMenu(props: {
  client: Onboarding
  onDo: (doing: Doing) => void
  label: 'Manage' | 'More'
  about?: string
}) {
  const { client, onDo, label, about } = props
  const may = useMay()
  const snooze = useSnooze()
  const { invitation, allowed, snoozedUntil } = client
  const can = (verb: Onboarding['allowed'][number]) => allowed.includes(verb) && may('work_clients')
  const item = (doing: Doing, words: string, color?: 'danger') => menuItem(words, () => onDo(doing), color)
  const sent = invitation?.channels ?? []
  const items = [
    can('invite') && !invitation && item('invite', 'Invite'),
    can('invite') && invitation && sent.length > 0 && item('resend', 'Resend'),
    can('invite') && invitation?.phone && sent.join() !== 'sms' && item('resend_sms', 'Send by text instead'),
    can('invite') && invitation?.email && sent.join() !== 'email' && item('resend_email', 'Send by email instead'),
    can('invite') && invitation && item('invite', 'Send to another address'),
    can('extend') && item('extend', 'Extend'),
    can('snooze') && item('snooze', snoozedUntil ? 'Snooze until another day' : 'Snooze until'),
    can('resume') && menuItem('Wake now', () => snooze(client, null)),
    can('decline') && item('decline', 'Decline for the client'),
    can('reopen') && item('reopen', 'Reopen'),
    allowed.includes('cancel') && may('cancel_clients') && item('cancel', 'Cancel onboarding', 'danger'),
  ].filter(Boolean)
  if (items.length === 0) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          {...(about && { size: 'compact-sm', className: classes.manage })}
          aria-label={about ? `${label} ${about}` : label}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{items}</Menu.Dropdown>
    </Menu>
  )
}
