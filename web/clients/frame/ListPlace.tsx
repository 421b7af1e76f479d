import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import classes from './ClientFrame.module.css'
import { CLIENT_TABS, type ClientTab } from './ClientTabs.tsx'
import { useCameFrom } from './cameFrom.ts'
import { useLetters } from './useLetters.ts'

/**
 * Shows the client's place in the list it was opened from, with links to the previous and next one. Binds the keys of
 * every client page: `1 2 3` tabs, `[` `]` previous and next, `u` back to the list.
 */
export function ListPlace({ id, path, tab }: { id: string; path: string; tab: ClientTab | null }) {
  const router = useRouter()
  const { search, place, before, after } = useCameFrom(id)
  const below = CLIENT_TABS.find((one) => one.tab === tab)?.path.replace('/clients/$id', '') ?? ''
  const isOwn = path.startsWith('/clients/')
  const go = (other: string | null) => (other ? () => router.history.push(`/clients/${other}${below}`) : null)
  const up = () =>
    isOwn
      ? void router.navigate({
          to: '/clients',
          search: (search ?? {}) as never,
          state: { from: id },
          resetScroll: false,
        })
      : router.history.push('/support')
  const tabs = CLIENT_TABS.map(({ path: to }, n) => [
    String(n + 1),
    isOwn ? () => router.history.push(to.replace('$id', id)) : null,
  ])
  useLetters({ ...Object.fromEntries(tabs), '[': go(before), ']': go(after), u: up })
  if (!place || !isOwn) return null
  return (
    <div className={classes.place}>
      <span>{place}</span>
      <Tooltip label="Previous client ([)">
        <ActionIcon aria-label="Previous client" disabled={!before} onClick={go(before) ?? undefined} size={28}>
          <IconChevronLeft size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next client (])">
        <ActionIcon aria-label="Next client" disabled={!after} onClick={go(after) ?? undefined} size={28}>
          <IconChevronRight size={16} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
