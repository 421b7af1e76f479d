import { Avatar, Menu, Skeleton, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { initialsOf } from '../../clients/row/rowWords.ts'
import classes from '../Shell.module.css'
import { useMe } from '../useMe.ts'

const PersonMenu = lazy(async () => ({ default: (await import('./PersonMenu.tsx')).PersonMenu }))

/** The signed-in person, with their menu. */
export function Person({ onGo }: { onGo?: () => void }) {
  const { user } = useMe()
  if (!user) return null
  return (
    <Menu position="top-start" width={220} shadow="sm">
      <Menu.Target>
        <UnstyledButton className={classes.place} px="sm">
          <Avatar size={24} color="other" radius="xl" aria-hidden="true">
            {initialsOf(user.name)}
          </Avatar>
          <Text span inherit truncate className={classes.label}>
            {user.name}
          </Text>
          <VisuallyHidden>Your menu</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Suspense fallback={<Skeleton height={160} />}>
          <PersonMenu onGo={onGo} />
        </Suspense>
      </Menu.Dropdown>
    </Menu>
  )
}
