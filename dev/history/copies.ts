import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { type LinkKeys, sha256, tokenOf } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { BLANKS, type Blank } from './blanks.ts'
import { type Lived, readTables, TEMPLATES } from './lived.ts'
import type { SelfEmployed } from './names.ts'

/** One copy of a life, `earlierMs` older than the life, with its texts in the blanks. */
export type Copy = Record<Blank, string | null> & {
  life: number
  earlierMs: number
  manager: string | null
  team: string | null
  practiceCode: string | null
  reference: string
  industry: string | null
  companiesHouseNumber: string | null
  postcode: string | null
  incomeSources: SelfEmployed['sources']
}

/** An instant in ms, as in the keys of reminders. */
const INSTANT = '\\y1\\d{12}\\y'

/** The columns of a copy (`c`) that do not follow from the template (`t`) by their type; @ is what follows from it. */
const FILLED: Record<string, string> = {
  'organisation.reference': 'c."reference"',
  'organisation.practice_code': 'c."practiceCode"',
  'organisation.industry': 'c."industry"',
  'organisation.companies_house_number': 'c."companiesHouseNumber"',
  'organisation.postcode': 'c."postcode"',
  'organisation.account_manager_id': 'c."manager"',
  'onboarding.account_manager_id': 'c."manager"',
  'event.data': `(@)::jsonb || CASE t.kind
    WHEN 'created' THEN jsonb_build_object('manager', c."manager")
    WHEN 'snoozed' THEN jsonb_build_object('until', to_char(((t.data::jsonb)->>'until')::timestamptz AT TIME ZONE 'UTC' - c.earlier, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    ELSE '{}' END`,
  'link.key_id': 'c."keyId"',
  // The token of an ended link is unknown.
  'link.token_sha256': `coalesce(decode(c.tokens->>t.id, 'hex'), sha256(convert_to(t.id || c.suffix, 'UTF8')))`,
  // As if the client had renewed it: it ends at least three weeks from now. A life told as it was ends when it ends.
  'connection.access_until': `t.access_until - c.earlier + interval '90 days' *
    CASE c."earlierMs" WHEN 0 THEN 0 ELSE 1 END * greatest(0, ceil(extract(epoch FROM now() + interval '21 days' - (t.access_until - c.earlier)) / (90 * 86400)))`,
  'organisation_member.person_id': `(SELECT p.id FROM portal.person p WHERE p.address = lower(c."email"))`,
}

/** Returns a function that writes copies of the lives as clients of a practice, as a superuser and without triggers. */
export async function copier(sql: postgres.Sql, practiceId: string, linkKeys: LinkKeys, lives: Lived[]) {
  const statements = await statementsOf(sql)
  const [key] = linkKeys
  if (!key) throw new Error('there is no link key')
  return async (copies: Copy[]): Promise<void> => {
    const joined = copies.filter(({ life }) => lives[life]?.joined).map(({ email }) => email)
    // Committed before, and in one order: two writers share people and would wait for each other to the end.
    await sql`
      INSERT INTO portal.person (address) SELECT DISTINCT lower(address) FROM unnest(${joined}::text[]) AS address
      ORDER BY 1 ON CONFLICT DO NOTHING`
    await sql.begin(async (tx) => {
      const rows = copies.map((copy) => {
        const suffix = randomBytes(6).toString('hex')
        const hashOf = (id: string) => sha256(tokenOf([key], { id: `${id}${suffix}`, keyId: key.id })).toString('hex')
        const tokens = Object.fromEntries((lives[copy.life]?.liveLinks ?? []).map((id) => [id, hashOf(id)]))
        return { ...copy, suffix, tokens, keyId: key.id }
      })
      await tx`SET LOCAL session_replication_role = replica`
      await tx`
        CREATE TEMP TABLE copy ON COMMIT DROP AS SELECT c.*, c."earlierMs" * interval '1 millisecond' AS earlier
        FROM jsonb_to_recordset(${tx.json(rows as never)}) AS c(life int, suffix text, "earlierMs" bigint,
          manager uuid, team uuid, "practiceCode" text, reference text, industry text, "companiesHouseNumber" text,
          postcode text, "incomeSources" jsonb, "keyId" text, tokens jsonb,
          company text, person text, email text, phone text, office text, other text, staff text, inviter text)`
      await writeCopies(tx, practiceId, statements)
    })
  }
}

async function writeCopies(tx: Tx, practiceId: string, statements: string[]): Promise<void> {
  for (const statement of statements) await tx.unsafe(statement, [practiceId])
  await tx`
    INSERT INTO income_source (practice_id, organisation_id, position, name, type)
    SELECT ${practiceId}, (t.id || c.suffix)::uuid, s.position - 1, s.one->>'name', s.one->>'type'
    FROM copy c JOIN ${tx(TEMPLATES)}.organisation t ON t.life = c.life,
      jsonb_array_elements(c."incomeSources") WITH ORDINALITY AS s(one, position)`
  await tx`
    INSERT INTO access_rule (practice_id, organisation_id, kind, team_id)
    SELECT ${practiceId}, (t.id || c.suffix)::uuid, CASE WHEN c.team IS NULL THEN 'everyone' ELSE 'team' END, c.team
    FROM copy c JOIN ${tx(TEMPLATES)}.organisation t ON t.life = c.life`
}

/** Returns the statement of each table that has templates: it writes the rows of all copies. */
async function statementsOf(sql: postgres.Sql): Promise<string[]> {
  const statements = []
  const made = await sql<{ name: string }[]>`SELECT relname AS name FROM pg_class
    WHERE relnamespace = ${TEMPLATES}::regnamespace AND relkind = 'r'`
  for (const { table, columns } of await readTables(sql)) {
    if (!made.some(({ name }) => name === table)) continue
    const texts = columns.filter(({ type }) => type === 'text' || type === 'jsonb')
    const held = await readHeld(
      sql,
      table,
      texts.map(({ name }) => name),
    )
    if (held === null) continue
    const expressions = columns.map(({ name, type }) => {
      if (name === 'practice_id') return '$1::uuid'
      const copied = copiedOf(`t."${name}"`, type, held[name] ?? [])
      return FILLED[`${table}.${name}`]?.replace('@', copied) ?? copied
    })
    const names = columns.map(({ name }) => `"${name}"`).join(', ')
    statements.push(`INSERT INTO "${table}" (${names}) SELECT ${expressions.join(', ')}
      FROM copy c JOIN ${TEMPLATES}."${table}" t ON t.life = c.life`)
  }
  return statements
}

/** Returns the expression of a copied column: ids end otherwise, instants are earlier, marks are filled in. */
function copiedOf(column: string, type: string, marks: string[]): string {
  if (type === 'uuid') return `(${column} || c.suffix)::uuid`
  if (type === 'timestamp with time zone') return `${column} - c.earlier`
  const filled = marks.reduce((text, mark) => MARKS[mark]?.(text) ?? text, column)
  return type === 'jsonb' ? `(${filled})::jsonb` : filled
}

/** The marks in a text of a template, each a pattern with the expression that replaces it: an instant in ms, an id, a blank. */
const MARKS: Record<string, (text: string) => string> = {
  [INSTANT]: (text) => `CASE WHEN ${text} ~ '${INSTANT}'
    THEN regexp_replace(${text}, '${INSTANT}', (substring(${text} FROM '${INSTANT}')::bigint - c."earlierMs")::text) ELSE ${text} END`,
  '¤': (text) => `replace(${text}, '¤', c.suffix)`,
  ...Object.fromEntries(
    Object.entries(BLANKS).map(([name, blank]) => [
      blank,
      (text: string) => `replace(${text}, '${blank}', c."${name}")`,
    ]),
  ),
}

/** Returns the marks that each text column of a template holds; null if it has no rows. */
async function readHeld(sql: postgres.Sql, table: string, columns: string[]) {
  const marks = Object.keys(MARKS)
  const held = columns.flatMap((column) =>
    marks.map((mark) => `bool_or("${column}" ~ '${mark}') AS "${column} ${mark}"`),
  )
  const [found] = await sql.unsafe<Record<string, unknown>[]>(
    `SELECT ${['count(*) > 0 AS any', ...held].join(', ')} FROM ${TEMPLATES}."${table}"`,
  )
  if (!found?.any) return null
  return Object.fromEntries(
    columns.map((column) => [column, marks.filter((mark) => found[`${column} ${mark}`] === true)]),
  )
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODES = 2 ** 30

/** Returns a client reference: unique for each number, in no visible order. */
export function referenceOf(n: number): string {
  let mixed = Number((BigInt(n + 1) * 683_540_357n + 271_828_183n) % BigInt(CODES))
  let code = ''
  for (let i = 0; i < 6; i += 1) {
    code = ALPHABET[mixed % 32] + code
    mixed = Math.floor(mixed / 32)
  }
  return `EM-${code}`
}
