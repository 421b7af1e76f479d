import { encode } from 'uqr'
import classes from '../settings/Settings.module.css'

/** Draws a text as a QR code, black on white in both themes so that every camera can read it. */
export default function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 })
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code of the key">
      <path d={path} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  )
}
