import { ActionIcon } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { ListSearch } from '../listSearch.ts'

const ListMenu = lazy(async () => ({ default: (await import('./ListMenu.tsx')).ListMenu }))

/** The button of the menu with rarely used actions on the whole list. */
export function MoreOfList({ search }: { search: ListSearch }) {
  const [at, setAt] = useState<HTMLElement | null>(null)
  const close = () => {
    setAt(null)
    setTimeout(() => at?.focus())
  }
  return (
    <>
      <ActionIcon
        aria-label="More for this list"
        aria-haspopup="menu"
        aria-expanded={at !== null}
        onClick={({ currentTarget }) => setAt(currentTarget)}
      >
        <IconDots size={16} stroke={1.75} />
      </ActionIcon>
      {at && (
        <Suspense>
          <ListMenu at={at} search={search} onClose={close} />
        </Suspense>
      )}
    </>
  )
}
