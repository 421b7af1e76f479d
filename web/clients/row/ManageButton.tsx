import { IconDots } from '@tabler/icons-react'
import { Glyph } from '../../components/plain/Glyph.tsx'
import classes from './ManageButton.module.css'
import type { Row } from './rowWords.ts'

/** The client whose menu is open, and the button that anchors the menu. */
export type Managed = { row: Row; at: HTMLElement }

/** Opens the menu of the row or card in an element, for the key `.`. */
export const pressManage = (within: Element | null | undefined): void =>
  within?.querySelector<HTMLElement>('[data-manage]')?.click()

/** The menu button of a row or card. Always visible in a row; on a card only on hover or focus. */
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
      // A plain button, because a list has many and Mantine's takes several times as long to draw.
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
