import { type PointerEvent, useRef } from 'react'

const LONG_PRESS_MS = 500

/**
 * Returns how a card is selected without a checkbox: a long press selects it, and while any are selected (`isSelecting`) a
 * tap on its link does too.
 */
export function useLongPress(isSelecting: boolean, onSelect: () => void) {
  const press = useRef<ReturnType<typeof setTimeout> | null>(null)
  const wasLong = useRef(false)
  const end = () => {
    if (press.current) clearTimeout(press.current)
  }
  return {
    card: {
      onPointerDown: (event: PointerEvent) => {
        wasLong.current = false
        if ((event.target as Element).closest('[data-manage]')) return
        press.current = setTimeout(() => {
          wasLong.current = true
          onSelect()
        }, LONG_PRESS_MS)
      },
      onPointerUp: end,
      onPointerMove: end,
      onPointerCancel: end,
      onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
    },
    /** Takes a press on the card's link, which otherwise opens it. */
    onLink: (event: { preventDefault: () => void }) => {
      if (!wasLong.current && !isSelecting) return
      event.preventDefault()
      if (!wasLong.current) onSelect()
    },
  }
}
