import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { resettle, type Target } from '../../commands/execute.ts'
import { EVERYTHING, type ListQuery, readIds } from '../../db/list/list.ts'
import { lockFacts, readManyFacts } from '../../db/onboardings/facts.ts'
import { BLOCKERS, type Blocker, MOVES, type Mover, describe as situate } from '../../domain/describe.ts'
import type { Condition } from '../../domain/rows/conditions.ts'
import { DAY_MS, HOUR_MS } from '../../domain/situation.ts'
import { needsStaff, type Waiting } from '../../domain/waiting.ts'
import { age } from '../age.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

type Set = Record<string, Date | string | null>

const now = Date.now()
const ago = (hours: number) => new Date(now - hours * HOUR_MS)
const failed = (reason: string, hours: number) => ({ started_at: ago(hours), failed_at: ago(hours), reason })
const underWay = (phase: string) => ({ started_at: ago(2), phase })
const REASONS = ['cancelled', 'stopped', 'refused', 'no_accounts', 'unavailable', 'unconfirmed', 'bank_down']

const BANK: Set[] = [
  {},
  ...['at_provider', 'unconfirmed', 'signatory', 'processing'].map(underWay),
  ...REASONS.flatMap((reason) => [failed(reason, 3), failed(reason, 49)]),
  { phase: 'lost', failed_at: ago(3) },
  { phase: 'lost', failed_at: ago(3), reason: 'stopped' },
  { done_at: ago(1) },
  { skipped_at: ago(1), skipped_because: 'not_needed' },
]
const BOOKS: Set[] = [
  ...['practice', 'client'].flatMap((owner): Set[] => [
    { owner },
    { owner, ...underWay('choose_organisation') },
    { owner, ...failed('permission', 1) },
    { owner, phase: 'lost', failed_at: ago(1) },
  ]),
  underWay('check_organisation'),
  failed('already_linked', 1),
  { done_at: ago(1) },
  { skipped_at: ago(1), skipped_because: 'not_needed' },
]

const with_ = forFile(startEngineAway)
let practiceId: string
const targets: Target[] = []

beforeAll(async () => {
  practiceId = await with_.createPractice()
  const { owner } = with_
  const add = async ([bank, books]: [Set, Set]) => {
    const target = await with_.create(practiceId, ['email'], 'Combination Ltd')
    targets.push(target)
    const id = target.onboardingId
    const set = (kind: string, values: Set) => owner`
      UPDATE onboarding_step SET ${owner(values)} WHERE onboarding_id = ${id} AND kind = ${kind}`
    await Promise.all([
      owner`UPDATE onboarding SET provisioned_at = ${ago(60)}, invited_at = ${ago(60)}, accepted_at = ${ago(50)}
        WHERE id = ${id}`,
      set('bank', { owner: 'client', ...bank }),
      set('books', { owner: 'practice', ...books }),
    ])
    await with_.api.db.inPractice(practiceId, async (tx) => {
      const locked = await lockFacts(tx, id)
      if (locked) await resettle({ tx, signals: new Map() }, locked)
    })
  }
  const pairs = BANK.flatMap((bank) => BOOKS.map((books): [Set, Set] => [bank, books]))
  // As many at once as there are connections.
  while (pairs.length > 0) await Promise.all(pairs.splice(0, 4).map(add))
}, 120_000)

/** Returns the open things by onboarding according to the domain, with the instant of the first. */
const openThings = () =>
  with_.api.db.inPractice(practiceId, async (tx) => {
    const facts = await readManyFacts(
      tx,
      targets.map(({ onboardingId }) => onboardingId),
    )
    return new Map(
      [...facts].map(([id, locked]) => {
        const { also, ...lead } = situate(locked.facts, locked.now)
        const things: Pick<Waiting, 'blockedBy' | 'move' | 'reason'>[] = [
          { blockedBy: lead.blockedBy as Blocker, move: lead.move as Mover, reason: lead.reason },
          ...also,
        ]
        return [id, { things, since: lead.since }]
      }),
    )
  })

const listed = (query: Partial<ListQuery>) =>
  with_.api.db.inPractice(practiceId, (tx) =>
    readIds(tx, { ...EVERYTHING, sight: { of: 'all' }, limit: 1000, ...query }),
  )

type Thing = Pick<Waiting, 'blockedBy' | 'move' | 'reason'>

/** Demands that every filter of open things, in every order and by search, lists what the domain says, each once. */
async function demandAgreement(): Promise<void> {
  const open = await openThings()
  const filters: [Condition, (thing: Thing) => boolean][] = [
    [{ attention: true }, needsStaff],
    ...MOVES.map((move): [Condition, (thing: Thing) => boolean] => [{ moves: [move] }, (thing) => thing.move === move]),
    [{ moves: ['practice', 'client'] }, ({ move }) => move === 'practice' || move === 'client'],
    ...BLOCKERS.map((blocker): [Condition, (thing: Thing) => boolean] => [
      { blockers: [blocker] },
      (thing) => thing.blockedBy === blocker,
    ]),
    [{ blockers: ['books', 'bank_failed'] }, ({ blockedBy }) => blockedBy === 'books' || blockedBy === 'bank_failed'],
  ]
  for (const [filter, matches] of filters) {
    const expected = [...open].flatMap(([id, { things }]) => (things.some(matches) ? [id] : [])).sort()
    for (const sort of ['newest', 'waiting', 'updated'] as const) {
      for (const search of [null, 'Combination']) {
        const found = await listed({ conditions: [filter], sort, search })
        expect([...found].sort(), `${JSON.stringify(filter)} ${sort} ${search}`).toEqual(expected)
        const since = found.map((id) => open.get(id)?.since ?? 0)
        if (sort === 'waiting') expect(since).toEqual(since.toSorted((a, b) => a - b))
      }
    }
  }
  for (const sort of ['newest', 'waiting'] as const) {
    const narrowed = await listed({ conditions: [{ blockers: ['books'], moves: ['bank'] }], sort })
    const expected = [...open].flatMap(([id, { things }]) =>
      things.some(({ blockedBy }) => blockedBy === 'books') && things.some(({ move }) => move === 'bank') ? [id] : [],
    )
    expect([...narrowed].sort()).toEqual(expected.sort())
    expect(expected.length).toBeGreaterThan(0)
  }
  const both = await listed({ conditions: [{ attention: true }, { moves: ['practice'] }] })
  const wanted = [...open].flatMap(([id, { things }]) =>
    things.some(needsStaff) && things.some(({ move }) => move === 'practice') ? [id] : [],
  )
  expect([...both].sort()).toEqual(wanted.sort())
}

const stored = () => with_.owner`
  SELECT id, blocked_by, move, since, needs_staff, also_blocked_by, also_move, turns_at, turns_blocked_by, turns_move,
    turns_also_blocked_by, turns_also_move FROM onboarding ORDER BY id`

test('lists hold what is open by the domain, over all combinations of bank and books', async () => {
  expect(targets.length).toBe(BANK.length * BOOKS.length)
  await demandAgreement()
})

test('the migration computes for existing clients what the domain says of them', async () => {
  const before = await stored()
  await with_.owner`UPDATE onboarding SET needs_staff = false, also_blocked_by = NULL, also_move = NULL, turns_at = NULL,
    turns_blocked_by = NULL, turns_move = NULL, turns_also_blocked_by = NULL, turns_also_move = NULL`
  await with_.owner`UPDATE onboarding o SET blocked_by = 'books', move = 'practice', since = now() WHERE EXISTS (
    SELECT FROM onboarding_step s WHERE s.onboarding_id = o.id AND s.kind <> 'mapping' AND s.done_at IS NULL
      AND s.skipped_at IS NULL)`
  const folder = new URL('../../db/migrations/', import.meta.url)
  const name = readdirSync(folder).find((one) => one.endsWith('_also_open.sql')) ?? ''
  const text = readFileSync(new URL(name, folder), 'utf8')
  await with_.owner.unsafe(text.slice(text.indexOf('UPDATE onboarding SET needs_staff')))
  expect(await stored()).toEqual(before)
})

test('lists still hold it once two days have passed and no timer has run', async () => {
  const rows = await with_.owner<{ id: string }[]>`SELECT id FROM onboarding`
  const ids = rows.map(({ id }) => id)
  await age(with_.owner, ids, 2 * DAY_MS)
  await demandAgreement()
})
