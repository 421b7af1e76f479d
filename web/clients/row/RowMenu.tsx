import { Menu, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { useMay } from '../../shell/useMe.ts'
import { ClientVerb, type ClientVerbName } from '../verbs/ClientVerb.tsx'
import type { Managed } from './ManageButton.tsx'
import { rowVerbsOf } from './rowVerbs.ts'
import { useActAtOnce } from './useActAtOnce.ts'

/**
 * The menu of one client in the list or on the board, with the verbs that the server allows now, followed by the dialog
 * of the chosen verb. On close the focus returns to the row, the card or the button.
 */
export function RowMenu({ managed: { row, at }, onClose }: { managed: Managed; onClose: () => void }) {
  const may = useMay()
  const actAtOnce = useActAtOnce()
  const [verb, setVerb] = useState<ClientVerbName | null>(null)
  const { id } = row
  const close = () => {
    onClose()
    const card = at.closest('li')?.querySelector<HTMLElement>('[data-card]')
    setTimeout(() => (at.closest<HTMLElement>('[data-row]') ?? card ?? at).focus())
  }
  if (verb) return <ClientVerb verb={verb} client={row} onClose={close} />
  const press = (wanted: ClientVerbName | 'copy' | 'wake') => {
    if (wanted !== 'copy' && wanted !== 'wake') return setVerb(wanted)
    close()
    actAtOnce(wanted, row)
  }
  const settings = (
    <Menu.Item component={Link} to={`/clients/${id}/settings`}>
      Business settings
    </Menu.Item>
  )
  const verbs = rowVerbsOf(row, may)
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
    >
      <Menu.Target>
        <span aria-hidden="true" style={{ position: 'fixed', top, left, width, height, pointerEvents: 'none' }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={`Manage ${row.organisation.name}`}>
        <Menu.Item component={Link} to={`/clients/${id}`} rightSection={<Letter>Enter</Letter>}>
          Open
        </Menu.Item>
        {verbs.map((one) => (
          <Fragment key={one.verb}>
            {one.isGrave && settings}
            {one.isGrave && <Menu.Divider />}
            <Menu.Item
              onClick={() => press(one.verb)}
              color={one.isGrave ? 'danger' : undefined}
              rightSection={one.letter && <Letter>{one.letter}</Letter>}
            >
              {one.words}
            </Menu.Item>
          </Fragment>
        ))}
        {!verbs.some(({ isGrave }) => isGrave) && settings}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Shows the key of the same verb on the list; hidden on phones. */
const Letter = ({ children }: { children: string }) => (
  <Text component="kbd" size="xs" c="dimmed" ff="inherit" visibleFrom="sm">
    {children}
  </Text>
)
