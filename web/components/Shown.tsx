import { VisuallyHidden } from '@mantine/core'
import type { Shown as State } from '../words/states.ts'
import classes from './Shown.module.css'

/** A state: its icon and its word, in its tone. `iconOnly` leaves the word to hover and screen readers. */
export function Shown({
  state,
  about,
  iconOnly,
  more,
}: {
  state: State
  about?: string
  iconOnly?: boolean
  more?: string
}) {
  const { icon: Icon, label, tone } = state
  const word = (
    <>
      {about && <VisuallyHidden>{about}: </VisuallyHidden>}
      {label}
    </>
  )
  return (
    <span
      className={classes.shown}
      data-tone={tone}
      data-tip={iconOnly ? (about ? `${about}: ${label}` : label) : undefined}
    >
      <Icon size={16} stroke={1.75} aria-hidden="true" className={classes.icon} />
      {iconOnly ? <VisuallyHidden>{word}</VisuallyHidden> : <span className={classes.word}>{word}</span>}
      {more && !iconOnly && <span className={classes.more}>{more}</span>}
    </span>
  )
}
