import sharp from 'sharp'

/** The box that a picture is fitted into, in pixels, and the largest size of its PNG in bytes. */
export type Frame = { width: number; height: number; mostBytes: number }

/** A small PNG, or the reason for none. */
export type Encoded = { ok: true; png: Buffer } | { ok: false; code: 'not_an_image' | 'too_detailed' }

/** Larger pictures take too much memory and time. */
const MOST_PIXELS = 25_000_000
/** The density, in dots per inch, at which a vector has its own size. */
const OWN_DENSITY = 72
const MOST_DENSITY = 2400

/** Attempts from the best to the smallest: the share of the full size, and the number of colours. */
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
 * Redraws a PNG or SVG as a PNG that fits the frame. Everything else in the file (scripts, links, metadata) is dropped.
 * Never throws for bad input, but may take minutes: run it through `drawPicture`.
 */
export async function encodePicture(file: Buffer, { width, height, mostBytes }: Frame): Promise<Encoded> {
  if (!isPng(file) && !isSvg(file)) return { ok: false, code: 'not_an_image' }
  try {
    const density = isPng(file) ? OWN_DENSITY : await densityFor(file, width, height)
    for (const { scale, colours } of TRIES) {
      const png = await sharp(file, { limitInputPixels: MOST_PIXELS, density, animated: false })
        .resize({
          width: width * scale,
          height: height * scale,
          fit: 'inside',
          withoutEnlargement: isPng(file),
        })
        .png({ palette: true, colours, effort: 10, compressionLevel: 9 })
        .toBuffer()
      if (png.length <= mostBytes) return { ok: true, png }
    }
    return { ok: false, code: 'too_detailed' }
  } catch {
    return { ok: false, code: 'not_an_image' }
  }
}

/** Returns the density at which a vector has the needed size, so that nothing is scaled up. */
async function densityFor(file: Buffer, most: number, tall: number): Promise<number> {
  const { width, height } = await sharp(file, { limitInputPixels: MOST_PIXELS }).metadata()
  return Math.min(MOST_DENSITY, Math.max(1, OWN_DENSITY * Math.min(most / width, tall / height)))
}
