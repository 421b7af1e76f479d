import type postgres from 'postgres'
import type { LinkKeys } from '../../commands/invitations/linkTokens.ts'
import { measureStages } from '../../db/onboardings/stageUsual.ts'
import { DAY_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { BLANKS } from './blanks.ts'
import { type Copy, copier, referenceOf } from './copies.ts'
import { business, type Practice, selfEmployed, someScript } from './drawn.ts'
import type { Script } from './life.ts'
import { type Lived, live, TEMPLATES } from './lived.ts'
import { someBusiness } from './names.ts'
import { type Chance, chanceOf } from './random.ts'

export type HistoryOptions = {
  practiceId: string
  /** The number of clients. */
  count: number
  /** The length of the history in weeks. */
  weeks: number
  linkKeys: LinkKeys
  /** The most lives that are lived, in one transaction. The rest are copies. Default: 300. */
  lives?: number
  /** The colleagues who add and manage clients; without any, a script adds them and they have no manager. */
  colleagues?: { id: string; name: string }[]
  /** The teams that some of the clients belong to; the other clients belong to none. */
  teams?: string[]
  /** Receives the number of clients written so far. */
  onProgress?: (written: number) => void
}

/** The number of clients written in one transaction. */
const CLIENTS_PER_TRANSACTION = 2_500
/** The number of transactions at once, as the pool allows. */
const WRITERS = 2
/** The most lives that are lived; with more clients, several are copies of one, with their own names and ids. */
const LIVES = 300
/** Copies of a life are spread over this time of a day, so that their instants differ. */
const SPREAD_MS = 25 * MINUTE_MS

/**
 * Writes clients with `weeks` of history: businesses and self-employed people in every stage. Some hundred lives are
 * lived by the product's own commands, each until now; the clients are copies of their rows, up to some days older where
 * nothing is due in between. Adds to the existing rows. Needs no engine: each onboarding counts as started and
 * signalled, and is woken when something is due. `sql` is a superuser's connection. Returns the number of clients the
 * practice has then.
 */
export async function writeHistory(sql: postgres.Sql, options: HistoryOptions): Promise<number> {
  const { practiceId, count, weeks, linkKeys, colleagues = [], onProgress } = options
  const practice = await readPractice(sql, practiceId)
  const { all, own } = await countClients(sql, practiceId)
  const until = Date.now()
  const lifeCount = Math.min(count, options.lives ?? LIVES)
  const scripts = Array.from({ length: lifeCount }, (_, n) => {
    const about = until - weeks * 7 * DAY_MS * (1 - (n + 0.5) / lifeCount)
    return someScript(practice, colleagues.length > 0, all + n, { about, until })
  })
  await withLives(sql, practiceId, linkKeys, scripts, until, async (lives, write) => {
    let next = 0
    let written = 0
    const writer = async () => {
      while (next < count) {
        const from = next
        next = Math.min(count, next + CLIENTS_PER_TRANSACTION)
        const copies = Array.from({ length: next - from }, (_, i) => {
          const life = Math.floor(((from + i) * lifeCount) / count)
          const number = { inDatabase: all + from + i, inPractice: own + from + i }
          return someCopy(practice, options, life, lives[life] as Lived, number)
        })
        await write(copies)
        written += copies.length
        onProgress?.(written)
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, writer))
  })
  return own + count
}

/** Lives the scripts, and passes on the lives and what writes copies of them. */
async function withLives(
  sql: postgres.Sql,
  practiceId: string,
  linkKeys: LinkKeys,
  scripts: Script[],
  until: Instant,
  work: (lives: Lived[], write: Awaited<ReturnType<typeof copier>>) => Promise<void>,
): Promise<void> {
  try {
    const lives = await live(sql, practiceId, linkKeys, scripts, until)
    await work(lives, await copier(sql, practiceId, linkKeys, lives))
  } finally {
    await sql`DROP SCHEMA IF EXISTS ${sql(TEMPLATES)} CASCADE`
  }
}

function someCopy(
  { office }: Practice,
  { colleagues = [], teams = [], weeks, lives = LIVES }: HistoryOptions,
  life: number,
  { script, slackMs }: Lived,
  number: { inDatabase: number; inPractice: number },
): Copy {
  const chance = chanceOf(number.inDatabase)
  const staff = colleagues.length > 0 ? chance.of(colleagues) : null
  const made = (script.kind === 'business' ? business : selfEmployed)(chance, number.inDatabase)
  return {
    ...made,
    life,
    earlierMs: earlier(chance, slackMs, Math.ceil((weeks * 7) / lives)),
    office,
    other: someBusiness(chance).name,
    staff: staff?.id ?? null,
    inviter: staff?.name ?? null,
    manager: staff && chance.happens(0.9) ? staff.id : null,
    team: teams.length > 0 && chance.happens(0.35) ? chance.of(teams) : null,
    practiceCode: chance.happens(0.9) ? codeOf(made.company ?? '', number.inPractice) : null,
    reference: referenceOf(number.inDatabase),
  }
}

/** Returns by how much a copy is older: whole days, so that hours stay, and minutes; less than the slack. */
function earlier(chance: Chance, slackMs: number, days: number): number {
  const minutes = chance.between(0, SPREAD_MS)
  const wanted = chance.whole(days + 1) * DAY_MS + minutes
  return Math.round(wanted < slackMs ? wanted : Math.min(minutes, Math.max(0, slackMs / 2)))
}

/** Returns the practice's own code: letters of the name, and a unique number. */
function codeOf(name: string, n: number): string {
  const letters = name
    .replace(/^The /, '')
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 3)
    .toUpperCase()
  return `${letters}${String(n + 1).padStart(3, '0')}`
}

/** A client by name, with its script. */
export type Tale = Omit<Script, 'contact' | 'solutions' | 'isByStaff'> &
  Pick<Copy, 'practiceCode' | 'industry' | 'incomeSources'> & {
    name: string
    contact: { name: string; email: string; phone: string | null }
    by: { id: string; name: string }
  }

/** Writes clients with scripted lives; otherwise the same as `writeHistory`. */
export async function writeTales(
  sql: postgres.Sql,
  { practiceId, linkKeys }: Pick<HistoryOptions, 'practiceId' | 'linkKeys'>,
  tales: Tale[],
): Promise<void> {
  const { office } = await readPractice(sql, practiceId)
  const { all } = await countClients(sql, practiceId)
  const scripts = tales.map((tale) => ({
    ...tale,
    solutions: tale.kind === 'business' ? ['bookkeeping', 'vat'] : ['self_assessment'],
    contact: { name: BLANKS.person, email: BLANKS.email, phone: tale.contact.phone && BLANKS.phone },
    isByStaff: true,
  }))
  await withLives(sql, practiceId, linkKeys, scripts, Date.now(), (_, write) =>
    write(
      tales.map(({ name, contact, by, practiceCode, industry, incomeSources }, life) => ({
        life,
        earlierMs: 0,
        company: name,
        person: contact.name,
        email: contact.email,
        phone: contact.phone,
        office,
        other: null,
        staff: by.id,
        inviter: by.name,
        manager: by.id,
        team: null,
        practiceCode,
        reference: referenceOf(all + life),
        industry,
        companiesHouseNumber: null,
        postcode: null,
        incomeSources,
      })),
    ),
  )
}

/** Measures the practice's usual duration of the stages from its present rows. */
export async function measurePractice(sql: postgres.Sql, practiceId: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SET LOCAL ROLE embark_worker`
    await tx`SELECT set_config('app.practice_id', ${practiceId}, true)`
    await measureStages(tx)
  })
}

/** Updates statistics, as autovacuum would have done in a database that has run for a while. */
export async function analyse(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('VACUUM (ANALYZE)')
}

async function readPractice(sql: postgres.Sql, practiceId: string): Promise<Practice> {
  const [practice] = await sql<Practice[]>`
    SELECT country, notification_email AS office, solutions FROM practice WHERE id = ${practiceId}`
  if (!practice) throw new Error('there is no such practice')
  return practice
}

/** Returns the number of clients in the database and in the practice. */
async function countClients(sql: postgres.Sql, practiceId: string): Promise<{ all: number; own: number }> {
  const [counted] = await sql<{ all: number; own: number }[]>`
    SELECT count(*)::int AS all, count(*) FILTER (WHERE practice_id = ${practiceId})::int AS own FROM organisation`
  return counted ?? { all: 0, own: 0 }
}
