import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../api/endpoint.ts'
import { narrowedOf } from '../../api/staff/lists/filters.ts'
import { summaryOf } from '../../api/staff/onboardings/summary.ts'
import { resettle, type Target } from '../../commands/execute.ts'
import { EVERYTHING, readIds, readRows } from '../../db/list/list.ts'
import { lockFacts } from '../../db/onboardings/facts.ts'
import type { Command } from '../../domain/commands.ts'
import { MOVES } from '../../domain/describe.ts'
import { COLUMNS, VIEWS } from '../../domain/rows/conditions.ts'
import { DAY_MS, STATUSES } from '../../domain/situation.ts'
import { belongs } from '../../web/clients/belongs.ts'
import type { ListSearch } from '../../web/clients/listSearch.ts'
import { forFile } from '../forFile.ts'
import { type GivenConsent, giveConsent } from '../giveConsent.ts'
import { startEngineAway } from './engineAway.ts'

const ME = randomUUID()
const TEAM = randomUUID()
const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
const invited = { provisioned_at: ago(20), invited_at: ago(3) }
const accepted = { ...invited, accepted_at: ago(2) }

const done = {
  row: { ...accepted, invited_at: ago(61), accepted_at: ago(60), completed_at: ago(50) },
  bank: { done_at: ago(51) },
  books: { done_at: ago(51) },
}

/** Clients in every stage, and what tells them apart there. */
const CLIENTS: {
  row?: Record<string, Date>
  bank?: Record<string, unknown>
  books?: Record<string, unknown>
  organisation?: Record<string, unknown>
  ledger?: string
  institution?: string
  /** A bank's access, or books whose sign-in ended. */
  consent?: GivenConsent
  isBooksLost?: true
  /** Time has ended the access since the row was written. */
  isTurned?: true
  isOfTeam?: boolean
  isAwaited?: boolean
}[] = [
  {},
  { organisation: { solutions: ['vat'], software: 'sage' } },
  { organisation: { solutions: ['vat', 'Year end, tax'], software: 'sage' }, ledger: 'xero' },
  { organisation: { solutions: ['payroll'] }, ledger: 'xero', institution: 'Northgate', isOfTeam: true },
  { institution: 'Northgate' },
  { institution: 'Quay Bank', isOfTeam: true },
  { row: { provisioned_at: ago(1) } },
  { row: invited },
  // Expired by time alone, and as noted.
  { row: { ...invited, invited_at: ago(9), expires_at: ago(2) } },
  { row: { ...invited, invited_at: ago(9), expires_at: ago(2), expired_at: ago(2) } },
  { row: { ...invited, declined_at: ago(1) } },
  { row: { ...invited, declined_at: ago(100), gave_up_at: ago(1) } },
  { row: { ...invited, cancelled_at: ago(1) } },
  { row: accepted },
  { row: accepted, bank: { started_at: ago(1), failed_at: ago(1), reason: 'refused' } },
  { row: accepted, bank: { started_at: ago(3), failed_at: ago(3), reason: 'cancelled' } },
  { row: accepted, bank: { done_at: ago(1) } },
  { row: accepted, bank: { done_at: ago(1) }, books: { owner: 'client' } },
  { row: accepted, bank: { done_at: ago(1) }, books: { done_at: ago(1) }, isAwaited: true },
  { row: accepted, bank: { skipped_at: ago(1), skipped_because: 'not_needed' } },
  { row: { ...accepted, completed_at: ago(1) }, bank: { done_at: ago(1) }, books: { done_at: ago(1) } },
  { row: { ...accepted, completed_at: ago(31) }, bank: { done_at: ago(32) }, books: { done_at: ago(32) } },
  // Completed, and their connections ended since.
  { ...done, consent: { ends: 40 } },
  { ...done, consent: { ends: -2, ended: -2, state: 'lost', health: 'expired', asked: 3 } },
  { ...done, consent: { ends: -2, ended: -2, state: 'lost', health: 'expired', asked: 3, mail: 'bounced' } },
  { ...done, consent: { ends: -9, ended: -9, state: 'lost', health: 'expired' } },
  { ...done, consent: { ends: 40, ended: -1, state: 'lost', health: 'ended' } },
  { ...done, consent: { ended: -1, state: 'disconnected', by: 'client' } },
  { ...done, consent: { ended: -1, state: 'disconnected', by: 'staff' } },
  { ...done, consent: { ends: 1 }, isTurned: true },
  { ...done, consent: { ends: -6, ended: -6, state: 'lost', health: 'expired' }, isTurned: true },
  { ...done, ledger: 'xero', isBooksLost: true },
  { ...done, ledger: 'xero', isBooksLost: true, consent: { ends: -2, ended: -2, state: 'lost', health: 'expired' } },
]

const with_ = forFile(startEngineAway)
let practiceId: string
const targets: Target[] = []

beforeAll(async () => {
  practiceId = await with_.createPractice()
  const { owner } = with_
  await owner`INSERT INTO team (id, practice_id, name) VALUES (${TEAM}, ${practiceId}, 'Payroll')`
  for (const [
    n,
    { row, bank, books, organisation, ledger, institution, consent, isBooksLost, isTurned, isOfTeam, isAwaited },
  ] of CLIENTS.entries()) {
    const target = await with_.create(practiceId, ['email'], 'Named Ltd')
    const id = target.onboardingId
    targets.push(target)
    const blank = { invited_at: null, expires_at: new Date(Date.now() + DAY_MS), provisioned_at: null }
    await owner`UPDATE onboarding SET ${owner({ ...blank, ...row })} WHERE id = ${id}`
    if (bank) await owner`UPDATE onboarding_step SET ${owner(bank)} WHERE onboarding_id = ${id} AND kind = 'bank'`
    if (books) await owner`UPDATE onboarding_step SET ${owner(books)} WHERE onboarding_id = ${id} AND kind = 'books'`
    const changes = { ...organisation, ...(n % 2 === 0 && { account_manager_id: ME }) }
    if (Object.keys(changes).length > 0) {
      await owner`UPDATE organisation SET ${owner(changes)}
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${id})`
    }
    if (isAwaited) {
      await owner`INSERT INTO bank_ask ${owner({ id, onboarding_id: id, practice_id: practiceId, is_awaited: true, asked_at: ago(1) })}`
    }
    if (ledger) await with_.keepConnection(target, { do: 'connect', step: 'books', provider: ledger } as Command)
    if (institution) {
      await with_.keepConnection(target, { do: 'connect', step: 'bank', provider: 'a bank' } as Command)
      await owner`UPDATE connection SET institution_name = ${institution} WHERE onboarding_id = ${id} AND kind = 'bank'`
    }
    if (consent) await giveConsent(owner, id, consent)
    if (isBooksLost) {
      await owner`UPDATE connection SET state = 'lost', health = 'sign_in_ended', health_since = ${ago(1)}
        WHERE onboarding_id = ${id} AND kind = 'books'`
    }
    if (isOfTeam) {
      await owner`
        INSERT INTO access_rule (practice_id, organisation_id, kind, team_id)
        SELECT practice_id, organisation_id, 'team', ${TEAM} FROM onboarding WHERE id = ${id}`
    }
    await with_.api.db.inPractice(practiceId, async (tx) => {
      const locked = await lockFacts(tx, id)
      if (locked) await resettle({ tx, signals: new Map() }, locked)
    })
    // Two days go by.
    if (isTurned) {
      await owner`UPDATE connection SET access_until = access_until - interval '2 days',
        health_since = health_since - interval '2 days' WHERE onboarding_id = ${id}`
      await owner`UPDATE onboarding SET turns_at = turns_at - interval '2 days' WHERE id = ${id}`
    }
  }
})

const caller = { actor: { type: 'staff', id: ME }, sight: { of: 'all' } } as Caller

/** Every search of the app: each view, with each column of the board, and with each filter. */
const searches = VIEWS.flatMap((view): [ListSearch, (typeof COLUMNS)[number]?][] => [
  [{ view }],
  ...COLUMNS.map((column): [ListSearch, (typeof COLUMNS)[number]] => [{ view }, column]),
  ...STATUSES.map((stage): [ListSearch] => [{ view, stage: [stage] }]),
  ...MOVES.map((move): [ListSearch] => [{ view, move: [move] }]),
  [{ view, move: ['practice', 'client'], stage: ['accepted', 'invited'] }],
  [{ view, manager: [ME] }],
  [{ view, solution: ['vat'] }],
  [{ view, solution: ['Year end, tax', 'payroll'], manager: [ME] }],
  [{ view, software: ['sage'] }],
  [{ view, software: ['sage', 'xero'], solution: ['vat'] }],
  [{ view, bank: ['Northgate'] }],
  [{ view, bank: ['Northgate', 'Quay Bank'], team: [TEAM] }],
  [{ view, team: [TEAM, randomUUID()] }],
  [{ view, move: ['practice'], stage: ['completed'] }],
])

test('the API lists exactly the clients that the app places in the same view, column and filters', async () => {
  const ids = targets.map(({ onboardingId }) => onboardingId)
  await with_.api.db.inPractice(practiceId, async (tx) => {
    const rows = (await readRows(tx, ids)).map((row) => summaryOf(row))
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(STATUSES))
    const held = new Set<string>()
    for (const [search, column] of searches) {
      const { view = 'all', stage = [], move = [], manager = [], solution = [], software = [] } = search
      const { bank = [], team = [], by = 'week' as const } = search
      const filter = { view, by, column, status: stage, move, manager, solution, software, bank, team, blockedBy: [] }
      const narrowed = narrowedOf(filter, caller)
      const placed = rows.filter((row) => belongs(row, search, ME, column)).map(({ id }) => id)
      for (const sort of ['newest', 'updated', 'waiting'] as const) {
        const found = await readIds(tx, { ...EVERYTHING, ...narrowed, sort, limit: 100 })
        const open =
          sort === 'waiting' ? placed.filter((id) => rows.some((row) => row.id === id && row.situation.move)) : placed
        expect([search, column, sort, found.toSorted()]).toEqual([search, column, sort, open.toSorted()])
        const searched = await readIds(tx, { ...EVERYTHING, ...narrowed, sort, search: 'named', limit: 100 })
        expect([search, column, sort, searched]).toEqual([search, column, sort, found])
      }
      if (placed.length > 0) held.add(column ?? view)
    }
    // None of the names is empty for want of a client, so each was told apart from the others.
    expect([...held].sort()).toEqual([...new Set<string>([...VIEWS, ...COLUMNS])].sort())
  })
}, 60_000)
