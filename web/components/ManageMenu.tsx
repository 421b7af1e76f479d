import { Button, Menu } from '@mantine/core'
import type { ReactNode } from 'react'

/** Returns an item of a menu that is made of a list. */
export const menuItem = (words: string, onClick: () => void, color?: 'danger') => (
  <Menu.Item key={words} c={color} onClick={onClick}>
    {words}
  </Menu.Item>
)

/** The Manage button and menu of an entry. `of` names the entry for screen readers; `className` places it. */
export function ManageMenu(props: { of: string; className?: string | undefined; children: ReactNode }) {
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
