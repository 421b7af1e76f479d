const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const GSM_EXTENDED = '^{}\\[~]|€\f'

/** Look-alikes that SmartEncoded replaces, each followed by its replacement. */
const LOOK_ALIKES = new Map(
  [
    "‘'",
    "’'",
    '‚,',
    "‛'",
    '“"',
    '”"',
    '„"',
    '–-',
    '—-',
    '―-',
    '‐-',
    '‑-',
    '…...',
    '\u00a0 ',
    "′'",
    '″"',
    '«"',
    '»"',
  ].map((pair) => [pair.slice(0, 1), pair.slice(1)]),
)

/** Returns a text with its look-alikes replaced, as SmartEncoded does. */
export function smartEncoded(body: string): string {
  return [...body].map((character) => LOOK_ALIKES.get(character) ?? character).join('')
}

/** Returns the number of segments of a text: 160 or 153 GSM-7 characters each, or 70 or 67 UCS-2 units. */
export function segmentCount(body: string): number {
  let length = 0
  for (const character of body) {
    if (GSM_BASIC.includes(character)) length += 1
    else if (GSM_EXTENDED.includes(character)) length += 2
    else return segments(body.length, 70, 67)
  }
  return segments(length, 160, 153)
}

function segments(length: number, single: number, joined: number): number {
  return length <= single ? 1 : Math.ceil(length / joined)
}
