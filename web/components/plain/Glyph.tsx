import type { IconMail } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import classes from './Glyph.module.css'

type Icon = typeof IconMail

/** An icon as the library draws it: an element for each of its strokes. */
type Drawn = ReactElement<{ children: (ReactElement<{ d?: string }> | undefined)[] }>

const known = new Map<Icon, string | null>()

/** All strokes of an icon as one path; null where it is not of paths alone. */
function strokesOf(icon: Icon): string | null {
  const found = known.get(icon)
  if (found !== undefined) return found
  const { render } = icon as unknown as { render: (props: object, ref: null) => Drawn }
  const strokes = render({}, null).props.children.flatMap((child) => (child ? [child.props.d ?? ''] : []))
  const path = strokes.every((stroke) => stroke.startsWith('M')) ? strokes.join('') : null
  known.set(icon, path)
  return path
}

/**
 * An icon of a state, for what a page has hundreds of: as the library draws it, with an element and a dozen attributes for
 * every stroke, icons were a fifth of the work of drawing a list. `label` is for whom it is the only word.
 */
export function Glyph(props: { icon: Icon; size?: number; className?: string; tone?: string; label?: string }) {
  const { icon: Icon, size = 16, className, tone, label } = props
  const strokes = strokesOf(Icon)
  const shown = { className: className ? `${classes.glyph} ${className}` : classes.glyph, 'data-tone': tone }
  const read = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  if (strokes === null) return <Icon size={size} {...shown} {...read} />
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it is hidden, or an image with a label
    <svg viewBox="0 0 24 24" width={size} height={size} {...shown} {...read}>
      <path d={strokes} />
    </svg>
  )
}
