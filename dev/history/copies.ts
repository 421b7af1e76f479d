import { randomUUID } from 'node:crypto'
import { type LinkKeys, sha256, tokenOf } from '../../commands/invitations/linkTokens.ts'
import { idAt } from './ids.ts'
import type { Blank } from './rows.ts'

/** The values that fill one copy of a life. `laterMs` shifts all its instants. */
export type Filling = Record<Blank, string | null> & { laterMs: number; linkKeys: LinkKeys }

const IDS = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
/** Token of a link · blank, in JSON with its quotes · id · instant · the same in ms, as in keys of reminders. */
const PARTS = new RegExp(
  `§(token|gone)§(${IDS})|("?)§(\\w+)§\\3|(${IDS})|(\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z)|\\b(1\\d{12})\\b`,
  'g',
)

/**
 * Returns a rewriter that turns the rows of a life into those of a copy: new ids (the same in every table), instants a
 * little later, blanks filled in. One rewriter makes one copy; `idOf` maps an id of the original to the copy's.
 */
export function copyOf(filling: Filling): { rewrite: (text: string) => string; idOf: (original: string) => string } {
  const ids = new Map<string, string>()
  const { laterMs, linkKeys } = filling
  const [key] = linkKeys
  if (!key) throw new Error('there is no link key')
  const idOf = (original: string): string => {
    const known = ids.get(original)
    if (known !== undefined) return known
    const isTimed = original[14] === '7'
    const id = isTimed
      ? idAt(Number.parseInt(original.slice(0, 8) + original.slice(9, 13), 16) + laterMs)
      : randomUUID()
    ids.set(original, id)
    return id
  }
  const fill = (blank: string): string => (blank === 'key' ? key.id : (filling[blank as Blank] ?? '\\N'))
  const hash = (kind: string, id: string) =>
    `\\\\x${(kind === 'gone' ? sha256(id) : sha256(tokenOf([key], { id, keyId: key.id }))).toString('hex')}`
  const rewrite = (text: string) =>
    text.replace(PARTS, (_, kind, linkId, quote, blank, id, instant, ms) => {
      if (linkId) return hash(kind, idOf(linkId))
      if (quote && filling[blank as Blank] === null) return 'null'
      if (blank) return `${quote}${fill(blank)}${quote}`
      if (id) return idOf(id)
      return instant ? new Date(Date.parse(instant) + laterMs).toISOString() : String(Number(ms) + laterMs)
    })
  return { rewrite, idOf }
}
