import type { Logger } from 'pino'
import type { Bank } from '../../../providers/bank/bank.ts'
import type { Outbound } from '../../../providers/outbound.ts'
import { drawPicture } from '../../pictures/drawPicture.ts'

/** Twice the size on the page, for high-resolution screens, within 1,000 bytes; eight marks stay under 12 kB. */
const FRAME = { width: 48, height: 48, mostBytes: 1_000 }
/** A mark is fetched again after a week, after a failure after an hour. */
const LIFE_MS = 7 * 24 * 60 * 60 * 1000
const RETRY_MS = 60 * 60 * 1000
/** More banks than any country has. */
const MOST_MARKS = 1_000

type Mark = { data: string | null; until: number }

/** Marks by their address in the connector's catalogue. Shared by the whole process: a mark belongs to no practice. */
const marks = new Map<string, Mark>()
const wanted = new Set<string>()
let isDrawing = false

/**
 * Returns the cached marks as data URLs by bank: pages contain them, so that no other server learns of a visit. Fetches
 * and redraws missing ones in the background, one after the other, for later pages.
 */
export function marksOf(
  deps: { outbound: Outbound; logger: Logger },
  banks: readonly Bank[],
): Record<string, string | null> {
  const found: Record<string, string | null> = {}
  for (const { id, logoUrl } of banks) {
    if (!logoUrl) continue
    const mark = marks.get(logoUrl)
    found[id] = mark?.data ?? null
    if (!mark || mark.until < Date.now()) wanted.add(logoUrl)
  }
  if (wanted.size > 0 && !isDrawing) {
    isDrawing = true
    void drawWanted(deps).finally(() => {
      isDrawing = false
    })
  }
  return found
}

async function drawWanted({ outbound, logger }: { outbound: Outbound; logger: Logger }): Promise<void> {
  for (const url of wanted) {
    wanted.delete(url)
    const data = await drawMark(outbound, url).catch((error: unknown) => {
      logger.info({ err: error }, 'a bank’s mark could not be drawn')
      return null
    })
    if (marks.size >= MOST_MARKS) marks.clear()
    const before = marks.get(url)?.data ?? null
    marks.set(url, { data: data ?? before, until: Date.now() + (data === null ? RETRY_MS : LIFE_MS) })
  }
}

async function drawMark(outbound: Outbound, url: string): Promise<string | null> {
  const answer = await outbound.fetch(url, { method: 'GET', headers: { accept: 'image/svg+xml,image/png' } })
  if (!answer.ok) return null
  const drawn = await drawPicture(`mark:${url}`, Buffer.from(await answer.arrayBuffer()), FRAME)
  return drawn.ok ? `data:image/png;base64,${drawn.png.toString('base64')}` : null
}
