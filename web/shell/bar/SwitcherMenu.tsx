import { Menu } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { choosePractice, isHelping } from '../../api/client.ts'
import { foundQuery, recentQuery } from '../keys/findClients.ts'
import { useKnows } from '../keys/useKnows.ts'
import { useMay, useMe } from '../useMe.ts'

const SEARCH_MS = 150

/** What the switcher opens: other clients, a new one, and other practices. */
export function SwitcherMenu({ onGo }: { onGo: (() => void) | undefined }) {
  const me = useMe()
  const may = useMay()
  const knows = useKnows()
  const router = useRouter()
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
  const others = me.practices.filter(({ id, role }) => role !== 'support' && id !== me.practice?.id)
  const go = (href: string) => {
    onGo?.()
    router.history.push(href)
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
      {others.length > 0 && (
        <>
          <Menu.Divider />
          <Menu.Label>Other practices</Menu.Label>
          {others.map((one) => (
            <Menu.Item key={one.id} onClick={() => choosePractice(one.id)}>
              {one.name}
            </Menu.Item>
          ))}
        </>
      )}
    </>
  )
}
