import { encode } from 'uqr'

/**
 * Renders a QR code as one SVG path of horizontal runs: about a third of the size of one square per module. It is dark
 * on white in both themes, because cameras read nothing else reliably.
 */
export function QrCode({ text, name }: { text: string; name: string }) {
  const { data, size } = encode(text, { ecc: 'L', border: 0 })
  let path = ''
  for (let y = 0; y < size; y += 1) {
    const row = data[y] ?? []
    for (let x = 0; x < size; x += 1) {
      if (!row[x]) continue
      let end = x
      while (row[end]) end += 1
      path += `M${x} ${y}h${end - x}v1h-${end - x}z`
      x = end
    }
  }
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={name} shapeRendering="crispEdges">
      <path d={path} fill="#000000" />
    </svg>
  )
}
