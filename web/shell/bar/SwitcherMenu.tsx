import { Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconLogout, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { choosePractice, isHelping } from '../../api/client.ts'
import { signOut } from '../../entry/session.ts'
import { foundQuery, recentQuery } from '../keys/findClients.ts'
import { useKnows } from '../keys/useKnows.ts'
import { useMay, useMe } from '../useMe.ts'

const SEARCH_MS = 150

/** What the switcher opens: other clients, other practices, and what is one's own. */
export function SwitcherMenu() {
  const me = useMe()
  const may = useMay()
  const knows = useKnows()
  const router = useRouter()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed.trim(), SEARCH_MS)
  const asks = [...words].length >= 2
  // Clients that one helps are not kept here: they go with the access.
  const seesClients = may('see_clients') && !isHelping() && knows('/clients/$id')
  const { data: recent } = useQuery({ ...recentQuery, enabled: seesClients })
  const { data: found } = useQuery({ ...foundQuery(words), enabled: seesClients && asks })
  // What was there stays until something is found.
  const isSearch = asks && found !== undefined
  const clients = (isSearch ? found : recent) ?? []
  // Those that let support in are reached through Support.
  const practices = me.practices.filter(({ role }) => role !== 'support')
  const go = (href: string) => router.history.push(href)
  const leave = async () => {
    await signOut()
    location.assign('/sign-in')
  }
  return (
    <>
      {seesClients && (
        <>
          <Menu.Search
            placeholder="Search clients"
            aria-label="Search clients"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {(clients.length > 0 || isSearch) && (
            <Menu.Label>
              {!isSearch ? 'Recent clients' : clients.length > 0 ? 'Clients' : `No client matches “${words}”`}
            </Menu.Label>
          )}
          {clients.map((one) => (
            <Menu.Item key={one.id} onClick={() => go(`/clients/${one.id}`)}>
              {one.organisation.name}
            </Menu.Item>
          ))}
        </>
      )}
      {may('add_clients') && knows('/clients/new') && (
        <Menu.Item leftSection={<IconPlus size={16} stroke={1.75} />} onClick={() => go('/clients/new')}>
          New organisation
        </Menu.Item>
      )}
      {practices.length > 1 && (
        <>
          <Menu.Divider />
          <Menu.Label>Practices</Menu.Label>
          {practices.map((one) => (
            <Menu.Item
              key={one.id}
              leftSection={one.id === me.practice?.id ? <IconCheck size={16} stroke={1.75} /> : undefined}
              onClick={() => choosePractice(one.id)}
            >
              {one.name}
            </Menu.Item>
          ))}
        </>
      )}
      <Menu.Divider />
      {me.user && <Menu.Item onClick={() => go('/me/profile')}>My settings</Menu.Item>}
      <Menu.Label>Theme</Menu.Label>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Theme"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
        data={[
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
          { value: 'auto', label: 'Device' },
        ]}
      />
      {me.user && (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={leave}>
            Sign out
          </Menu.Item>
        </>
      )}
    </>
  )
}
