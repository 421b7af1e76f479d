import type { Shown as State } from '../../words/states.ts'
import { Glyph } from './Glyph.tsx'
import { Hidden } from './Hidden.tsx'
import classes from './Shown.module.css'

/** A state as an icon and a word in its tone. `iconOnly` moves the word to the tooltip and screen readers. */
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
  const { icon, label, tone } = state
  const word = (
    <>
      {about && <Hidden>{about}: </Hidden>}
      {label}
    </>
  )
  return (
    <span
      className={classes.shown}
      data-tone={tone}
      style={tone && { color: `var(--mantine-color-${tone}-text)` }}
      data-tip={iconOnly ? (about ? `${about}: ${label}` : label) : undefined}
    >
      <Glyph icon={icon} className={classes.icon} />
      {iconOnly ? <Hidden>{word}</Hidden> : <span className={classes.word}>{word}</span>}
      {more && !iconOnly && <span className={classes.more}>{more}</span>}
    </span>
  )
}
