/** The practice's colour on our pages and mails, with companions that keep texts and edges readable. */
export type PracticeColours = {
  /** The practice's colour, `#rrggbb`. */
  fill: string
  /** Black or white, whichever contrasts more with the fill. */
  onFill: string
  /** Border of a filled button, on a light and a dark page: the fill, or the text colour if its contrast is too low. */
  edgeOnLight: string
  edgeOnDark: string
}

const embarkBlue = '#2559C4'
const lightPage = { canvas: '#F6F7F9', text: '#16202B' }
const darkPage = { canvas: '#0F1318', text: '#E7ECF1' }

function luminance(hex: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

/** The WCAG contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Returns the colours of a practice; for null or anything but `#rrggbb`, those of Embark's blue. */
export function practiceColours(colour: string | null): PracticeColours {
  const fill = colour && /^#[0-9a-f]{6}$/i.test(colour) ? colour : embarkBlue
  const edge = (page: typeof lightPage) => (contrast(fill, page.canvas) < 3 ? page.text : fill)
  return {
    fill,
    onFill: contrast(fill, '#FFFFFF') >= contrast(fill, '#000000') ? '#FFFFFF' : '#000000',
    edgeOnLight: edge(lightPage),
    edgeOnDark: edge(darkPage),
  }
}
