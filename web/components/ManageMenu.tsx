import { Button, Menu } from '@mantine/core'
import type { ReactNode } from 'react'

/** The Manage button and menu of an entry. `of` names the entry for screen readers; `className` places it. */
export function ManageMenu(props: { of: string; className: string | undefined; children: ReactNode }) {
  const { of, className, children } = props
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="compact-sm" className={className} aria-label={`Manage ${of}`}>
          Manage
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}
