import type { Logger } from 'pino'
import type { Bank } from '../../providers/bank/bank.ts'
import type { Outbound } from '../../providers/outbound.ts'
import { drawPicture } from '../pictures/drawPicture.ts'

/** Drawn at twice its size on the page, for fine screens, where that fits; eight of them stay under 12 kB. */
const FRAME = { width: 48, height: 48, mostBytes: 1_000 }
/** A mark is looked at anew after a week, one that could not be had after an hour. */
const LIFE_MS = 7 * 24 * 60 * 60 * 1000
const RETRY_MS = 60 * 60 * 1000
/** More banks than any country has. */
const MOST_MARKS = 1_000

type Mark = { data: string | null; until: number }

/** By the address that the connector's catalogue gives. One for the process: a mark is nobody's own. */
const marks = new Map<string, Mark>()
const wanted = new Set<string>()
let isDrawing = false

/**
 * Returns the marks that are there, as data URLs by bank: the page carries them itself, so that nobody else learns who
 * looks at it. Missing ones are fetched and redrawn behind the page's back, one after the other, for those who come next.
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
