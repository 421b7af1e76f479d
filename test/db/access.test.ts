import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Access, findStrangeTeams, readAccess, writeAccess } from '../../db/access.ts'
import type { Tx } from '../../db/client.ts'
import { countUpTo, EVERYTHING, type ListQuery, readPage } from '../../db/list/list.ts'
import { findGiven, type Sight, sees } from '../../db/sight.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

const NOBODY: Access = { everyone: false, people: [], teams: [] }
const [PRIYA, SAM, NEW] = [randomUUID(), randomUUID(), randomUUID()]
const ALL: ListQuery = { ...EVERYTHING, sight: { of: 'all' }, limit: 100 }
const given = (personId: string): Sight => ({ of: 'given', personId })

const with_ = forFile(startEngineAway)
let practice: string
let clients: Record<'open' | 'personal' | 'teamwork' | 'managed' | 'closed', { id: string; organisationId: string }>

const inPractice = <T>(work: (tx: Tx) => Promise<T>, of = practice) => with_.api.db.inPractice(of, work)
const team = async (name: string, members: string[], of = practice) => {
  const [row] = await with_.owner<{ id: string }[]>`
    INSERT INTO team (practice_id, name) VALUES (${of}, ${name}) RETURNING id`
  for (const member of members) {
    await with_.owner`INSERT INTO team_member (practice_id, team_id, user_id) VALUES (${of}, ${row!.id}, ${member})`
  }
  return row!.id
}
const seenBy = async (person: string, query: Partial<ListQuery> = {}) =>
  (await inPractice((tx) => readPage(tx, { ...ALL, ...query, sight: given(person) })))
    .map((row) => row.view.organisation.name)
    .sort()
const give = (name: keyof typeof clients, access: Partial<Access>) =>
  inPractice((tx) => writeAccess(tx, practice, clients[name].organisationId, { ...NOBODY, ...access }))

beforeAll(async () => {
  practice = await with_.createPractice()
  const made: Record<string, { id: string; organisationId: string }> = {}
  for (const name of ['open', 'personal', 'teamwork', 'managed', 'closed']) {
    const { onboardingId } = await with_.create(practice, ['email'], name)
    const [row] = await with_.owner<{ organisation_id: string }[]>`
      SELECT organisation_id FROM onboarding WHERE id = ${onboardingId}`
    made[name] = { id: onboardingId, organisationId: row!.organisation_id }
  }
  clients = made as typeof clients
  await give('open', { everyone: true })
  await give('personal', { people: [PRIYA] })
  await give('teamwork', { teams: [await team('Payroll', [SAM])] })
  await with_.owner`UPDATE organisation SET account_manager_id = ${SAM} WHERE id = ${clients.managed.organisationId}`
})

describe('who may see a client', () => {
  test('by person, team, everyone and as account manager; nobody else', async () => {
    expect(await seenBy(PRIYA)).toEqual(['open', 'personal'])
    expect(await seenBy(SAM)).toEqual(['managed', 'open', 'teamwork'])
    expect(await seenBy(NEW)).toEqual(['open'])
    expect(await inPractice((tx) => readPage(tx, ALL))).toHaveLength(5)
    expect(await inPractice((tx) => readPage(tx, { ...ALL, sight: { of: 'none' } }))).toEqual([])
  })

  test('one by one as in lists, whatever they are asked for', async () => {
    for (const person of [PRIYA, SAM, NEW]) {
      const seen = await seenBy(person)
      for (const [name, { id }] of Object.entries(clients)) {
        expect([name, await inPractice((tx) => sees(tx, given(person), 'onboarding', id))]).toEqual([
          name,
          seen.includes(name),
        ])
        expect(await seenBy(person, { search: name })).toEqual(seen.includes(name) ? [name] : [])
      }
      expect(await seenBy(person, { sort: 'waiting', conditions: [{ moves: ['us'] }] })).toEqual(seen)
      expect(await seenBy(person, { conditions: [{ managers: [SAM] }] })).toEqual(person === SAM ? ['managed'] : [])
      const counted = { conditions: [{ moves: ['us' as const] }], sight: given(person) }
      expect(await inPractice((tx) => countUpTo(tx, counted, 100))).toBe(seen.length)
    }
  })

  test('rules are live: joining and leaving a team, a team that is gone, a rule taken back', async () => {
    const id = await team('Month end', [])
    await give('closed', { teams: [id], people: [NEW] })
    expect(await seenBy(NEW)).toEqual(['closed', 'open'])
    await give('closed', { teams: [id] })
    expect(await seenBy(NEW)).toEqual(['open'])
    await with_.owner`INSERT INTO team_member (practice_id, team_id, user_id) VALUES (${practice}, ${id}, ${NEW})`
    expect(await seenBy(NEW)).toEqual(['closed', 'open'])
    await with_.owner`DELETE FROM team_member WHERE team_id = ${id}`
    expect(await seenBy(NEW)).toEqual(['open'])
    await with_.owner`INSERT INTO team_member (practice_id, team_id, user_id) VALUES (${practice}, ${id}, ${NEW})`
    await with_.owner`DELETE FROM team WHERE id = ${id}`
    expect(await seenBy(NEW)).toEqual(['open'])
    expect(await inPractice((tx) => readAccess(tx, clients.closed.organisationId))).toEqual(NOBODY)
  })

  test('a person who sees more than are looked through sees the same', async () => {
    const large = await with_.createPractice()
    await with_.owner`
      WITH org AS (INSERT INTO organisation (practice_id, name, kind, country, currency)
        SELECT ${large}, CASE WHEN n > 1005 THEN 'Hidden ' ELSE 'Seen ' END || n, 'business', 'GB', 'GBP'
        FROM generate_series(1, 1010) AS n RETURNING id, name),
      made AS (INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, move)
        SELECT ${large}, id, 7, 90, 'us' FROM org RETURNING id),
      step AS (INSERT INTO onboarding_step (practice_id, onboarding_id, kind, owner)
        SELECT ${large}, made.id, s.kind, s.owner FROM made
        CROSS JOIN (VALUES ('bank', 'client'), ('books', 'practice'), ('mapping', 'practice')) AS s (kind, owner))
      INSERT INTO access_rule (practice_id, organisation_id, kind) SELECT ${large}, id, 'everyone' FROM org
        WHERE name LIKE 'Seen%'`
    expect(await inPractice((tx) => findGiven(tx, NEW, 1000), large)).toBeNull()
    const names = async (query: Partial<ListQuery>) =>
      (await inPractice((tx) => readPage(tx, { ...ALL, ...query, sight: given(NEW) }), large)).map(
        (row) => row.view.organisation.name,
      )
    expect(await names({ search: 'hidden' })).toEqual([])
    expect((await names({})).every((name) => name.startsWith('Seen'))).toBe(true)
    expect(await names({ search: 'seen 77', sort: 'waiting' })).toHaveLength(11)
    const counted = { conditions: [{ moves: ['us' as const] }], sight: given(NEW) }
    expect(await inPractice((tx) => countUpTo(tx, counted, 2000), large)).toBe(1005)
  })
})

describe('rules', () => {
  test('are replaced as a whole, and each stands once', async () => {
    const payroll = await team('Audit', [])
    const access = { everyone: true, people: [PRIYA, SAM], teams: [payroll] }
    const read = () => inPractice((tx) => readAccess(tx, clients.closed.organisationId))
    await give('closed', access)
    await give('closed', access)
    expect(await read()).toEqual(access)
    await expect(give('closed', { people: [PRIYA, PRIYA] })).rejects.toThrow(/unique/)
    expect(await read()).toEqual(access)
    await give('closed', {})
    expect(await read()).toEqual(NOBODY)
  })

  test('of another practice give nothing here, and its teams are strange', async () => {
    const other = await with_.createPractice()
    const theirs = await team('Payroll', [NEW], other)
    expect(await inPractice((tx) => findStrangeTeams(tx, [theirs]))).toEqual([theirs])
    // Inserts the rule directly, as if its id had passed the checks.
    await with_.owner`INSERT INTO access_rule (practice_id, organisation_id, kind, team_id)
      VALUES (${other}, ${clients.closed.organisationId}, 'team', ${theirs})`
    expect(await seenBy(NEW)).toEqual(['open'])
    expect(await inPractice((tx) => readPage(tx, { ...ALL, sight: given(NEW) }), other)).toEqual([])
  })

  test('name exactly whom they are for', async () => {
    const rule = (kind: string, user: string | null, of: string | null) =>
      with_.owner`INSERT INTO access_rule (practice_id, organisation_id, kind, user_id, team_id)
        VALUES (${practice}, ${clients.closed.organisationId}, ${kind}, ${user}, ${of})`
    const some = await team('Some', [])
    await expect(rule('everyone', PRIYA, null)).rejects.toThrow(/names_whom/)
    await expect(rule('person', null, null)).rejects.toThrow(/names_whom/)
    await expect(rule('team', PRIYA, some)).rejects.toThrow(/names_whom/)
    await expect(rule('stranger', null, null)).rejects.toThrow(/kind/)
  })
})
