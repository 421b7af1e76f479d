import { Menu, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { useKnows } from '../shell/useKnows.ts'
import { useMay } from '../shell/useMe.ts'
import { tellFailure, useCopyLink } from './detail/tell.ts'
import type { Managed } from './ManageButton.tsx'
import { ClientVerb, type ClientVerbName } from './verbs/ClientVerb.tsx'
import { keep } from './verbs/keep.ts'

/**
 * What may be done to one client of the list or the board, as far as the server allows it now: the menu, then whatever
 * the verb asks. It closes when that is done, and the focus goes back to where the menu was opened.
 */
export function RowMenu({ managed: { row, at }, onClose }: { managed: Managed; onClose: () => void }) {
  const may = useMay()
  const knows = useKnows()
  const copyLink = useCopyLink()
  const [verb, setVerb] = useState<ClientVerbName | null>(null)
  const { id, allowed, invitation, snoozedUntil } = row
  const close = () => {
    onClose()
    const card = at.closest('li')?.querySelector<HTMLElement>('[data-card]')
    setTimeout(() => (at.closest<HTMLElement>('[data-row]') ?? card ?? at).focus())
  }
  if (verb) return <ClientVerb verb={verb} client={row} onClose={close} />
  const can = (wanted: (typeof allowed)[number]) => allowed.includes(wanted) && may('work_clients')
  const attempt = (work: () => Promise<unknown>) => () => {
    close()
    void work().catch(tellFailure)
  }
  const wake = async () => keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/resume', { params: { path: { id } } })))
  const ask = (wanted: ClientVerbName, words: string, letter?: string) => (
    <Item onClick={() => setVerb(wanted)} letter={letter} isGrave={wanted === 'cancel'}>
      {words}
    </Item>
  )
  const { top, left, width, height } = at.getBoundingClientRect()
  return (
    <Menu
      opened
      position="bottom-end"
      shadow="sm"
      width={220}
      onClose={close}
      closeOnItemClick={false}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <span aria-hidden="true" style={{ position: 'fixed', top, left, width, height, pointerEvents: 'none' }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={`Manage ${row.organisation.name}`}>
        <Menu.Item component={Link} to={`/clients/${id}`} rightSection={<Letter>Enter</Letter>}>
          Open
        </Menu.Item>
        {can('invite') && (invitation?.channels.length ?? 0) > 0 && ask('resend', 'Resend invitation', 'r')}
        {can('link') && (
          <Item onClick={attempt(() => copyLink(id))} letter="y">
            Copy link
          </Item>
        )}
        {can('extend') && ask('extend', 'Extend', 'e')}
        {can('snooze') && !snoozedUntil && ask('snooze', 'Snooze')}
        {can('resume') && snoozedUntil && <Item onClick={attempt(wake)}>Wake now</Item>}
        {may('assign_clients') && ask('assign', 'Assign', 'a')}
        {knows('/clients/$id/settings') && (
          <Menu.Item component={Link} to={`/clients/${id}/settings`}>
            Business settings
          </Menu.Item>
        )}
        {allowed.includes('cancel') && may('cancel_clients') && (
          <>
            <Menu.Divider />
            {ask('cancel', 'Cancel onboarding')}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** One verb, with the letter that does the same on the list. */
function Item(props: { onClick: () => void; letter?: string; isGrave?: boolean; children: ReactNode }) {
  const { onClick, letter, isGrave, children } = props
  return (
    <Menu.Item
      onClick={onClick}
      color={isGrave ? 'danger' : undefined}
      rightSection={letter && <Letter>{letter}</Letter>}
    >
      {children}
    </Menu.Item>
  )
}

const Letter = ({ children }: { children: string }) => (
  <Text component="kbd" size="xs" c="dimmed" ff="inherit">
    {children}
  </Text>
)
