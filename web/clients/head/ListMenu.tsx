import { Menu } from '@mantine/core'
import { listFile } from '../listQuery.ts'
import type { ListSearch } from '../listSearch.ts'

/** The menu of the list, anchored to the element `at`: downloads the filtered list as a file. */
export function ListMenu({ at, search, onClose }: { at: HTMLElement; search: ListSearch; onClose: () => void }) {
  const { top, left, width, height } = at.getBoundingClientRect()
  return (
    <Menu opened position="bottom-end" shadow="sm" width={220} onClose={onClose} withinPortal={false}>
      <Menu.Target>
        <span aria-hidden="true" style={{ position: 'fixed', top, left, width, height, pointerEvents: 'none' }} />
      </Menu.Target>
      <Menu.Dropdown aria-label="More for this list">
        <Menu.Item component="a" href={listFile(search)} download="clients.csv">
          Download list
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
