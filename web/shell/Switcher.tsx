import {
  Avatar,
  Menu,
  SegmentedControl,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core'
import { IconCheck, IconLogout, IconPlus, IconSelector } from '@tabler/icons-react'

import { useQuery } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { api, bodyOf, choosePractice, isHelping } from '../api/client.ts'
import { signOut } from '../entry/session.ts'
import classes from './Shell.module.css'
import { useKnows } from './useKnows.ts'
import { useMay, useMe } from './useMe.ts'

const RECENT = 5

/** Where one is, and the way to another client, practice or theme. */
export function Switcher() {
  const me = useMe()
  const may = useMay()
  const router = useRouter()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { id: named } = useParams({ strict: false }) as { id?: string }
  // A client that one helps is not kept here: it goes with the access.
  const id = isHelping() ? undefined : named
  const { data: client } = useQuery({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  })
  const { data: recent } = useQuery({
    queryKey: ['onboardings', 'recent'],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings', { params: { query: { sort: 'updated', limit: RECENT } } })),
    enabled: may('see_clients') && !isHelping(),
  })
  const practice = me.practice?.name ?? (me.role === 'support' ? 'Support' : 'No practice')
  // Those that let support in are reached through Support.
  const practices = me.practices.filter(({ role }) => role !== 'support')
  const name = id && client ? client.organisation.name : practice
  const go = (href: string) => router.history.push(href)
  const isKnown = useKnows()
  const leave = async () => {
    await signOut()
    location.assign('/sign-in')
  }
  return (
    <Menu position="top-start" width={264} shadow="sm">
      <Menu.Target>
        <UnstyledButton className={classes.switcher}>
          <Avatar name={name} size={28} color="other" radius="xl" aria-hidden="true" />
          <span className={`${classes.names} ${classes.label}`}>
            <Text component="span" size="sm" fw={600}>
              {name}
            </Text>
            {name !== practice && (
              <Text component="span" size="xs" c="dimmed">
                {practice}
              </Text>
            )}
          </span>
          <VisuallyHidden>Switch client or practice</VisuallyHidden>
          <IconSelector size={16} stroke={1.75} aria-hidden="true" className={classes.label} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {recent && recent.items.length > 0 && isKnown('/clients/$id') && <Menu.Label>Recent clients</Menu.Label>}
        {isKnown('/clients/$id') &&
          recent?.items.map((one) => (
            <Menu.Item key={one.id} onClick={() => go(`/clients/${one.id}`)}>
              {one.organisation.name}
            </Menu.Item>
          ))}
        {may('add_clients') && isKnown('/clients/new') && (
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
            <Menu.Item onClick={() => go('/me/profile')}>My settings</Menu.Item>
            <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} />} onClick={leave}>
              Sign out
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
