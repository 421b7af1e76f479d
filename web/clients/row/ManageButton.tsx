import { IconDots } from '@tabler/icons-react'
import { Glyph } from '../../components/plain/Glyph.tsx'
import classes from './ManageButton.module.css'
import type { Row } from './rowWords.ts'

/** A client whose menu is open, and the button that it hangs on. */
export type Managed = { row: Row; at: HTMLElement }

/** Opens the menu of what stands in an element, as its key does. */
export const pressManage = (within: Element | null | undefined): void =>
  within?.querySelector<HTMLElement>('[data-manage]')?.click()

/** Opens the menu of a row or card. In a row it is always there, on a card under the pointer and with the focus. */
export function ManageButton(props: {
  row: Row
  isActive: boolean
  isOpen: boolean
  onManage: (managed: Managed) => void
}) {
  const { row, isActive, isOpen, onManage } = props
  return (
    <button
      type="button"
      // A list has many of it: the part of the library with the same look takes several times as long to draw.
      className={`mantine-focus-auto ${classes.manage}`}
      data-manage
      aria-label={`Manage ${row.organisation.name}`}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      tabIndex={isActive ? 0 : -1}
      onClick={({ currentTarget }) => onManage({ row, at: currentTarget })}
    >
      <span className={classes.word}>Manage</span>
      <Glyph icon={IconDots} className={classes.dots} />
    </button>
  )
}
