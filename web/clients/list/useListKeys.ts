import { useEffect, useRef } from 'react'
import { tinykeys } from 'tinykeys'
import { isElsewhere } from '../../components/isElsewhere.ts'
import { areLettersOn } from '../../shell/preferences.ts'
import { useIsLeaving } from '../../shell/useIsLeaving.ts'

/** The keys of the list, for the help dialog. */
export const LIST_KEYS: [keys: string[], what: string][] = [
  [['j', 'k'], 'Next and previous client'],
  [['Enter'], 'Open'],
  [['x'], 'Select'],
  [['Shift', 'x'], 'Select up to here'],
  [['r'], 'Resend'],
  [['e'], 'Extend'],
  [['a'], 'Assign'],
  [['y'], 'Copy link'],
  [['.'], 'Manage'],
]

type Acts = Partial<
  Record<
    'down' | 'up' | 'left' | 'right' | 'open' | 'select' | 'range' | 'resend' | 'extend' | 'assign' | 'copy' | 'manage',
    () => void
  >
>

/** Binds the keys of the list or the board. */
export function useListKeys(acts: Acts): void {
  const isLeaving = useIsLeaving()
  const present = useRef({ acts, isLeaving })
  present.current = { acts, isLeaving }
  useEffect(() => {
    const on = (name: keyof Acts, only?: (event: KeyboardEvent) => boolean) => (event: KeyboardEvent) => {
      const { acts, isLeaving } = present.current
      const act = acts[name]
      if (!act || isElsewhere(event) || isLeaving() || (only && !only(event))) return
      if (event.key.length === 1 && !areLettersOn()) return
      event.preventDefault()
      act()
    }
    // Enter and the arrows keep their own meaning on links and buttons.
    const onRow = ({ target }: KeyboardEvent) => (target as Element).matches('body, tr, h1, [data-card]')
    const listeners = {
      j: on('down'),
      ArrowDown: on('down', onRow),
      k: on('up'),
      ArrowUp: on('up', onRow),
      h: on('left'),
      ArrowLeft: on('left', onRow),
      l: on('right'),
      ArrowRight: on('right', onRow),
      Enter: on('open', onRow),
      x: on('select'),
      'Shift+X': on('range'),
      r: on('resend'),
      e: on('extend'),
      a: on('assign'),
      y: on('copy'),
      '.': on('manage'),
    }
    // `isElsewhere` decides: the library by itself ignores held keys, and keys pressed in a checkbox.
    return tinykeys(window, listeners, { ignore: () => false })
  }, [])
}
