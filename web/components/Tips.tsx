import { Tooltip } from '@mantine/core'
import { useEffect, useId, useState } from 'react'
import { fullOf } from '../words/times.ts'

/** The time in ms that the pointer rests before a tooltip opens. */
const RESTS_MS = 300

/** Elements with a tooltip: those with words (`data-tip`), and short times (`data-zone`), which show the full time. */
const TIPPED = '[data-tip], time[data-zone]'

const labelOf = (at: HTMLElement): string =>
  at.dataset.tip ?? fullOf(Date.parse(at.getAttribute('datetime') ?? ''), at.dataset.zone ?? 'Europe/London')

/**
 * The one tooltip of the page, opened on hover and keyboard focus of any element that has tips. A list has hundreds of
 * times and icons; a tooltip component for each would be most of the work of drawing it.
 */
export default function Tips() {
  const [at, setAt] = useState<HTMLElement | null>(null)
  const id = useId()
  useEffect(() => {
    let present: HTMLElement | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const go = (to: HTMLElement | null, afterMs: number) => {
      if (to === present) return
      present = to
      clearTimeout(timer)
      setAt(null)
      if (to) timer = setTimeout(() => setAt(to), afterMs)
    }
    const tipped = ({ target }: Event) => (target instanceof Element ? target.closest<HTMLElement>(TIPPED) : null)
    const over = (event: PointerEvent) => event.pointerType !== 'touch' && go(tipped(event), RESTS_MS)
    const focus = (event: FocusEvent) => {
      const to = tipped(event)
      if (to?.matches(':focus-visible')) go(to, 0)
    }
    const leave = () => go(null, 0)
    const press = ({ key }: KeyboardEvent) => key === 'Escape' && leave()
    // This component loads after the page, so the pointer or focus may already rest on an element.
    const focused = document.activeElement?.closest<HTMLElement>(TIPPED)
    if (focused?.matches(':focus-visible')) go(focused, 0)
    else go(document.querySelector<HTMLElement>(`:is(${TIPPED}):hover`), RESTS_MS)
    document.addEventListener('pointerover', over)
    document.documentElement.addEventListener('pointerleave', leave)
    document.addEventListener('focusin', focus)
    document.addEventListener('focusout', leave)
    document.addEventListener('keydown', press)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', over)
      document.documentElement.removeEventListener('pointerleave', leave)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('focusout', leave)
      document.removeEventListener('keydown', press)
    }
  }, [])
  useEffect(() => {
    at?.setAttribute('aria-describedby', id)
    return () => at?.removeAttribute('aria-describedby')
  }, [at, id])
  return at && <Tooltip key={labelOf(at)} target={at} opened label={<span id={id}>{labelOf(at)}</span>} />
}
