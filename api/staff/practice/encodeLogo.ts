import sharp from 'sharp'

/** What an upload came to: a small PNG, or why there is none. */
export type EncodedLogo = { ok: true; png: Buffer } | { ok: false; code: 'not_an_image' | 'too_detailed' }

/** So that a client's page stays under 30 kB with it. */
const MOST_BYTES = 6 * 1024
/** Twice what it is shown at, for sharp screens. */
const HEIGHT = 64
const WIDTH = 480
/** Larger pictures than this take memory and time. */
const MOST_PIXELS = 25_000_000
const PATIENCE_S = 5
/** Dots per inch at which a vector has its own size. */
const OWN_DENSITY = 72
const MOST_DENSITY = 2400

/** From the best to the smallest: the share of the full size, and how many colours. */
const TRIES = [
  { scale: 1, colours: 256 },
  { scale: 1, colours: 64 },
  { scale: 1, colours: 32 },
  { scale: 0.75, colours: 32 },
  { scale: 0.5, colours: 64 },
  { scale: 0.5, colours: 16 },
]

const PNG_BEGINS = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const isPng = (file: Buffer) => file.subarray(0, PNG_BEGINS.length).equals(PNG_BEGINS)
const isSvg = (file: Buffer) =>
  /^\s*<(?:\?xml|!--|!DOCTYPE svg|svg)/i.test(file.toString('utf8', 0, 400).replace(/^\uFEFF/, ''))

/**
 * Draws a PNG or SVG anew, as a PNG of at most 6 kB that fits into the head of a page. What else the file held (scripts,
 * links, notes of the camera) stays behind. Never throws for what somebody sent.
 */
export async function encodeLogo(file: Buffer): Promise<EncodedLogo> {
  if (!isPng(file) && !isSvg(file)) return { ok: false, code: 'not_an_image' }
  try {
    const density = isPng(file) ? OWN_DENSITY : await densityFor(file)
    for (const { scale, colours } of TRIES) {
      const png = await sharp(file, { limitInputPixels: MOST_PIXELS, density, animated: false })
        .timeout({ seconds: PATIENCE_S })
        .resize({
          width: WIDTH * scale,
          height: HEIGHT * scale,
          fit: 'inside',
          withoutEnlargement: isPng(file),
        })
        .png({ palette: true, colours, effort: 10, compressionLevel: 9 })
        .toBuffer()
      if (png.length <= MOST_BYTES) return { ok: true, png }
    }
    return { ok: false, code: 'too_detailed' }
  } catch {
    return { ok: false, code: 'not_an_image' }
  }
}

/** At which density a vector is drawn as large as it is needed, so that nothing is blown up. */
async function densityFor(file: Buffer): Promise<number> {
  const { width, height } = await sharp(file, { limitInputPixels: MOST_PIXELS }).metadata()
  return Math.min(MOST_DENSITY, Math.max(1, OWN_DENSITY * Math.min(WIDTH / width, HEIGHT / height)))
}
