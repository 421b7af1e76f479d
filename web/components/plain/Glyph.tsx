import type { IconMail } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import classes from './Glyph.module.css'

type Icon = typeof IconMail

/** An icon as the icon library renders it: one element per stroke. */
type Drawn = ReactElement<{ children: (ReactElement<{ d?: string }> | undefined)[] }>

const known = new Map<Icon, string | null>()

/** Returns all strokes of an icon as one path; null if it has elements other than paths. */
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
 * An icon drawn as a single path, for lists with hundreds of icons: the library's own elements, one per stroke, took a
 * fifth of the time to draw a list. `label` names the icon for screen readers; without it the icon is hidden from them.
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
