import { setImmediate } from 'node:timers/promises'
import type postgres from 'postgres'
import type { LinkKeys } from '../../commands/invitations/linkTokens.ts'
import { measureStages } from '../../db/onboardings/stageUsual.ts'
import { DAY_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { codeOf, copyLife, type Practice, referenceOf } from './clients.ts'
import { business, type Numbers, type Original, selfEmployed, someLife } from './drawn.ts'
import { Life } from './life.ts'
import { type SelfEmployed, someBusiness } from './names.ts'
import { chanceOf } from './random.ts'
import { addLife, BLANKS } from './rows.ts'
import { Tables } from './tables.ts'

export type HistoryOptions = {
  practiceId: string
  /** The number of clients. */
  count: number
  /** The length of the history in weeks. */
  weeks: number
  linkKeys: LinkKeys
  /** The colleagues who add and manage clients; without any, a script adds them and they have no manager. */
  colleagues?: { id: string; name: string }[]
  /** The teams that some of the clients belong to; the other clients belong to none. */
  teams?: string[]
  /** Receives the number of clients written so far. */
  onProgress?: (written: number) => void
}

/** The number of clients written in one transaction. */
const AT_ONCE = 2_500
/** The number of generated lives; with more clients, several share one, with their own names and ids. */
const LIVES = 4_000
/** Copies of a life are spread over this time, so that their instants differ. */
const SPREAD_MS = 25 * MINUTE_MS

/**
 * Writes clients with `weeks` of history: businesses and self-employed people in every stage, with invitations, links,
 * messages, connections, accounts and the events that led there, all decided by the product's rules. Adds to the
 * existing rows. Needs no engine: each onboarding counts as started and signalled, and is woken when something is due.
 * `sql` is a superuser's connection (rows are inserted without triggers and foreign key checks). Returns the number of
 * clients the practice has then.
 */
export async function writeHistory(sql: postgres.Sql, options: HistoryOptions): Promise<number> {
  const practice = await readPractice(sql, options.practiceId)
  const [{ all = 0, own = 0 } = {}] = await sql<{ all: number; own: number }[]>`
    SELECT count(*)::int AS all, count(*) FILTER (WHERE practice_id = ${practice.id})::int AS own FROM organisation`
  const { count } = options
  // Lives end here, so that even the latest copy lies in the past.
  const until = Date.now() - SPREAD_MS - MINUTE_MS
  const lives = Math.min(count, LIVES)
  let tables = new Tables()
  let written = 0
  let waiting = 0
  let keeping = Promise.resolve()
  for (let n = 0; n < lives; n += 1) {
    const created = until - options.weeks * 7 * DAY_MS * (1 - (n + 0.5) / lives)
    const one = someLife(practice, (options.colleagues?.length ?? 0) > 0, all + n, { about: created, until })
    const copies = Math.floor(((n + 1) * count) / lives) - Math.floor((n * count) / lives)
    for (let copy = 0; copy < copies; copy += 1) {
      addClient(tables, practice, options, one, {
        inDatabase: all + written + waiting,
        inPractice: own + written + waiting,
      })
      waiting += 1
      // Yields, so that the database writes the previous rows while the next are generated.
      await setImmediate()
    }
    if (waiting >= AT_ONCE || n === lives - 1) {
      await keeping
      written += waiting
      waiting = 0
      const then = written
      keeping = keep(sql, practice.id, tables).then(() => options.onProgress?.(then))
      // The error is handled by the next `await keeping`; this avoids an unhandled rejection.
      keeping.catch(() => undefined)
      tables = new Tables()
    }
  }
  await keeping
  return own + count
}

async function keep(sql: postgres.Sql, practiceId: string, tables: Tables): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`SET LOCAL session_replication_role = replica`
    await tx`CREATE TEMPORARY TABLE joining (organisation_id uuid, name text, address text, joined_at timestamptz,
      seen_at timestamptz) ON COMMIT DROP`
    await tables.copy(tx)
    await addMembers(tx, practiceId)
  })
}

/** A client by name, with the acts of its life. */
export type Tale = {
  name: string
  practiceCode: string | null
  kind: 'business' | 'self_employed'
  industry: string | null
  incomeSources: SelfEmployed['sources']
  contact: { name: string; email: string; phone: string | null }
  createdAt: Instant
  steps: { bank: 'client' | 'skip'; books: 'practice' | 'client' | 'skip' }
  by: { id: string; name: string }
  happens: (life: Life) => void
}

/** Writes clients with scripted lives; otherwise the same as `writeHistory`. */
export async function writeTales(
  sql: postgres.Sql,
  { practiceId, linkKeys }: Pick<HistoryOptions, 'practiceId' | 'linkKeys'>,
  tales: Tale[],
): Promise<void> {
  const practice = await readPractice(sql, practiceId)
  const [{ all = 0 } = {}] = await sql<{ all: number }[]>`SELECT count(*)::int AS all FROM organisation`
  const tables = new Tables()
  for (const [n, tale] of tales.entries()) {
    const { kind, by, contact, name, steps, createdAt } = tale
    const told = { name: BLANKS.person, email: BLANKS.email, phone: contact.phone && BLANKS.phone }
    const life = new Life({
      createdAt,
      kind,
      solutions: kind === 'business' ? ['bookkeeping', 'vat'] : ['self_assessment'],
      contact: told,
      steps,
      skipsInvitation: false,
      by: { id: BLANKS.staff, name: BLANKS.inviter },
      windowDays: practice.windowDays,
      giveUpDays: practice.giveUpDays,
      notificationEmail: practice.notificationEmail && BLANKS.office,
    })
    tale.happens(life)
    life.liveUntil(Date.now() - 1_000)
    const sheet = new Tables()
    addLife(sheet, life)
    const { industry, incomeSources, practiceCode } = tale
    const made = { name, industry, incomeSources, companiesHouseNumber: null, postcode: null, contact }
    const given = {
      made,
      practiceCode,
      reference: referenceOf(all + n),
      staff: by,
      managerId: by.id,
      teamId: null,
      laterMs: 0,
    }
    copyLife(tables, practice, linkKeys, { life, sheet }, { ...given, otherName: `${name} Holdings` })
  }
  await keep(sql, practice.id, tables)
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
    SELECT id, country, currency, invite_expiry_days AS "windowDays", give_up_days AS "giveUpDays",
      notification_email AS "notificationEmail", solutions
    FROM practice WHERE id = ${practiceId}`
  if (!practice) throw new Error('there is no such practice')
  return practice
}

/** Makes each client who accepted a user of the organisation; a person with several organisations is one row. */
async function addMembers(tx: postgres.TransactionSql, practiceId: string): Promise<void> {
  await tx`INSERT INTO portal.person (address) SELECT DISTINCT address FROM joining ON CONFLICT DO NOTHING`
  await tx`
    INSERT INTO organisation_member (practice_id, organisation_id, person_id, name, address, role, joined_at, last_seen_at)
    SELECT ${practiceId}, j.organisation_id, p.id, j.name, j.address, 'business_admin', j.joined_at, j.seen_at
    FROM joining j JOIN portal.person p ON p.address = j.address`
}

function addClient(
  tables: Tables,
  practice: Practice,
  options: HistoryOptions,
  original: Original,
  number: Numbers,
): void {
  const chance = chanceOf(number.inDatabase)
  const { colleagues = [], teams = [] } = options
  const staff = colleagues.length > 0 ? chance.of(colleagues) : null
  const made = original.isBusiness ? business(chance, number) : selfEmployed(chance, number)
  copyLife(tables, practice, options.linkKeys, original, {
    made,
    staff,
    managerId: staff && chance.happens(0.9) ? staff.id : null,
    teamId: teams.length > 0 && chance.happens(0.35) ? chance.of(teams) : null,
    practiceCode: chance.happens(0.9) ? codeOf(made.name, number.inPractice) : null,
    reference: referenceOf(number.inDatabase),
    otherName: someBusiness(chance).name,
    laterMs: Math.round(chance.between(0, SPREAD_MS)),
  })
}
