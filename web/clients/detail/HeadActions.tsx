import { Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { copyText } from '../../components/copyText.tsx'
import { menuItem } from '../../components/ManageMenu.tsx'
import { attempt } from '../../components/toast.ts'
import { useKnows } from '../../shell/keys/useKnows.ts'
import { useMay, useZone } from '../../shell/useMe.ts'
import { useCopyLink } from '../row/useCopyLink.ts'
import { useColleagues } from '../useColleagues.ts'
import { useSnooze } from '../verbs/useSnooze.ts'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { summaryOf } from './summary.ts'

/** The buttons at the top of the client page: copy a summary, and a menu of all verbs. */
export function HeadActions({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const knows = useKnows()
  const zone = useZone()
  const managers = useColleagues()
  const link = useCopyLink()
  const snooze = useSnooze()
  const { allowed, accountManager, id } = client
  const can = (verb: Onboarding['allowed'][number]) => allowed.includes(verb) && may('work_clients')
  const copySummary = async () => {
    const manager = accountManager ? (managers.get(accountManager.id) ?? null) : null
    await copyText(summaryOf(client, manager, Date.now(), zone), 'Summary copied', 'summary')
  }
  const item = (doing: Doing, words: string, color?: 'danger') => menuItem(words, () => onDo(doing), color)
  const items = [
    can('invite') && (client.invitation ? item('resend', 'Resend invitation') : item('invite', 'Invite')),
    can('link') &&
      menuItem(
        link.label,
        attempt(() => link.pass(client)),
      ),
    can('extend') && item('extend', 'Extend'),
    can('snooze') && item('snooze', 'Snooze'),
    can('resume') && menuItem('Wake now', () => snooze(client, null)),
    may('assign_clients') && item('assign', 'Assign'),
    knows('/clients/$id/settings') && (
      <Menu.Item key="settings" component={Link} to={`/clients/${id}/settings` as string}>
        Business settings
      </Menu.Item>
    ),
    can('reopen') && item('reopen', 'Reopen'),
    allowed.includes('cancel') && may('cancel_clients') && item('cancel', 'Cancel onboarding', 'danger'),
  ].filter(Boolean)
  return (
    <>
      <Button variant="default" onClick={attempt(copySummary)}>
        Copy summary
      </Button>
      {items.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">Manage</Button>
          </Menu.Target>
          <Menu.Dropdown>{items}</Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}
