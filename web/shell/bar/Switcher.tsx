import { Avatar, Popover, Skeleton, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { api, bodyOf, isHelping } from '../../api/client.ts'
import { initialsOf } from '../../clients/row/rowWords.ts'
import classes from '../Shell.module.css'
import { useMe } from '../useMe.ts'

const Places = lazy(async () => ({ default: (await import('./Places.tsx')).Places }))

/** Shows the open client or practice and switches to another. Renders nothing for support, which has neither. */
export function Switcher({ onGo }: { onGo?: () => void }) {
  const me = useMe()
  const [isOpen, setOpen] = useState(false)
  const named = useParams({ strict: false, select: ({ id }: { id?: string }) => id })
  // A client opened through support is not cached under this key: it must vanish when the access ends.
  const id = isHelping() ? undefined : named
  const { data: client } = useQuery({
    queryKey: ['onboarding', id],
    queryFn: () => bodyOf(api.GET('/api/v1/onboardings/{id}', { params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
  })
  if (me.role === 'support') return null
  const practice = me.practice?.name ?? 'No practice'
  const name = id && client ? client.organisation.name : practice
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" width={264} shadow="sm" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.switcher} onClick={() => setOpen(!isOpen)}>
          <Avatar size={28} color="other" radius="xl" aria-hidden="true">
            {initialsOf(name)}
          </Avatar>
          <span className={`${classes.names} ${classes.label}`}>
            <Text key={name} component="span" size="sm" fw={600} truncate>
              {name}
            </Text>
            {name !== practice && (
              <Text component="span" size="xs" c="dimmed" truncate>
                {practice}
              </Text>
            )}
          </span>
          <VisuallyHidden>Switch client or practice</VisuallyHidden>
          <IconSelector size={16} stroke={1.75} aria-hidden="true" className={classes.label} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <Suspense fallback={<Skeleton height={160} />}>
          <Places
            onGo={() => {
              setOpen(false)
              onGo?.()
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
