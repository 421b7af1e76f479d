import { ActionIcon, Popover, VisuallyHidden } from '@mantine/core'
import { useMediaQuery, useThrottledCallback } from '@mantine/hooks'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import classes from './Bell.module.css'
import { NoticePanel } from './NoticePanel.tsx'
import { countOf, noticesQuery, useLiveNotices } from './queries.ts'

const MOST_SHOWN = 9
const ANNOUNCED_EVERY_MS = 10_000

/** The bell with the number of unread notices; opens the list of notices. */
export default function Bell() {
  const [isOpen, setOpen] = useState(false)
  const { data } = useQuery(noticesQuery)
  const isPhone = useMediaQuery('(max-width: 47.99em)') ?? false
  useLiveNotices()
  const unread = countOf(data)
  const announcement = useAnnouncement(data ? unread : null)
  return (
    <>
      <Popover
        opened={isOpen}
        onChange={setOpen}
        position={isPhone ? 'bottom-end' : 'bottom-start'}
        width="min(400px, calc(100vw - 16px))"
        shadow="sm"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={isPhone ? 44 : 32}
            className={classes.bell}
            aria-label={unread > 0 ? `Notifications, ${unread} unread` : 'Notifications'}
            onClick={() => setOpen((was) => !was)}
          >
            <span className={classes.icon}>
              <IconBell size={20} stroke={1.75} aria-hidden="true" />
              {unread > 0 && (
                <span className={classes.count} aria-hidden="true">
                  {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
                </span>
              )}
            </span>
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown className={classes.panel}>
          <NoticePanel onGo={() => setOpen(false)} />
        </Popover.Dropdown>
      </Popover>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
    </>
  )
}

/** Returns the text for screen readers when `unread` has grown, every 10 s at most. null: still loading. */
function useAnnouncement(unread: number | null): string {
  const [announcement, setAnnouncement] = useState('')
  const before = useRef<number | null>(null)
  const announce = useThrottledCallback(() => unread && setAnnouncement(wordsOf(unread)), ANNOUNCED_EVERY_MS)
  useEffect(() => {
    if (before.current !== null && unread !== null && unread > before.current) announce()
    before.current = unread
  }, [unread])
  return announcement
}

const wordsOf = (unread: number) => (unread === 1 ? '1 unread notification' : `${unread} unread notifications`)
