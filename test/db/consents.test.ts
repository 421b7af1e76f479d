import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type ConsentQuery, readConsents } from '../../db/connections/consents.ts'
import { keepColleagues } from '../../dev/demo/seedColleagues.ts'
import { analyse, writeHistory } from '../../dev/history/write.ts'
import {
  ASKED_STATES,
  CONSENT_MOVES,
  CONSENT_VIEWS,
  type ConsentMove,
  consentSituation,
  moveOfConsent,
} from '../../domain/connections/consents.ts'
import { isInView } from '../consentViews.ts'
import { forFile } from '../forFile.ts'
import { type GivenConsent, giveConsent } from '../giveConsent.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)
let practiceId: string
const linkKeys = [{ id: 'k1', key: Buffer.alloc(32, 7) }]
beforeAll(async () => {
  practiceId = await with_.createPractice()
})

const ALL: ConsentQuery = {
  view: 'all',
  moves: [],
  banks: [],
  managers: [],
  teams: [],
  search: null,
  sight: { of: 'all' },
}
const read = (query: Partial<ConsentQuery> = {}, of = practiceId) =>
  with_.api.db.inPractice(of, (tx) =>
    readConsents(tx, { ...ALL, ...query }, { sort: 'earliest', after: null, limit: 100 }),
  )
const give = async (given: GivenConsent, name = 'Harbour Bakery Ltd') => {
  const { onboardingId } = await with_.create(practiceId, null, name)
  return { onboardingId, id: await giveConsent(with_.owner, onboardingId, given) }
}

/** Consents in every state and on both sides of every border. */
const GIVEN: GivenConsent[] = [
  ...[-40, -8, -6.9, -0.1, 0.1, 1.9, 2.1, 6.9, 7.1, 13.9, 14.1, 29.9, 30.1, null].map((ends) => ({ ends })),
  ...[-40, -8, -6, -1].map((ends) => ({ ends, ended: ends, state: 'lost' as const, health: 'expired' })),
  // A consent that ended by time counts as ended by time, also if a look finds it ended at the bank later.
  { ends: -3, ended: -2, state: 'lost', health: 'ended' },
  { ends: 40, ended: -2, state: 'lost', health: 'ended' },
  { ends: 40, ended: -31, state: 'lost', health: 'permission' },
  { ends: 40, ended: -2, state: 'disconnected', by: 'client' },
  // Every state of a request, in every span of time.
  ...[-8, -3, 1.5, 5, 9, 20].flatMap((ends) => [
    { ends, asked: 1 },
    { ends, asked: 1, opened: true },
    { ends, asked: 1, mail: 'bounced' },
    { ends, asked: 1, mail: 'bounced', opened: true },
    { ends, asked: 1, mail: null },
  ]),
]

// First, because rows of other tests in the index would change what the planner expects of so few.
test('a page of many consents reads an index as far as the page goes, and never the whole table', async () => {
  const { owner } = with_
  const many = await with_.createPractice()
  const { colleagues, teams } = await keepColleagues(owner, many)
  // Few lives, because a long transaction holds back the live changes of all databases of the server.
  await writeHistory(owner, { practiceId: many, count: 1500, weeks: 26, lives: 60, linkKeys, colleagues, teams })
  await analyse(owner)
  const manager = colleagues[0]?.id ?? ''
  for (const view of CONSENT_VIEWS) {
    for (const narrow of [{}, { moves: ['practice' as const] }, { banks: ['Juniper'] }, { managers: [manager] }]) {
      const read = await with_.api.db.inPractice(many, async (tx) => {
        await readConsents(tx, { ...ALL, view, ...narrow }, { sort: 'earliest', after: null, limit: 50 })
        const [row] = await tx<{ whole: number; found: number }[]>`
          SELECT seq_tup_read::int AS whole, idx_tup_fetch::int AS found FROM pg_stat_xact_user_tables
          WHERE relname = 'connection'`
        return row
      })
      expect(read?.whole, `${view} ${JSON.stringify(narrow)}`).toBe(0)
      // Of one manager no other's are read; each row of the page is read again with its client.
      expect(read?.found, `${view} ${JSON.stringify(narrow)}`).toBeLessThan('managers' in narrow ? 101 : 900)
    }
  }
})

test('rows are found by view and by turn exactly as the rule says', async () => {
  const ids: string[] = []
  for (const given of GIVEN) ids.push((await give(given)).id)
  const whole = await read()
  expect(new Set(whole.map(({ id }) => id))).toEqual(new Set(ids))
  expect(whole.map(({ state }) => state).filter((state) => state === 'expired')).toHaveLength(5)
  expect(new Set(whole.map(({ asked }) => asked))).toEqual(new Set(ASKED_STATES))
  const ruled = whole.map((row) => ({
    id: row.id,
    row,
    move: moveOfConsent(consentSituation(row, row.now)),
  }))
  for (const view of CONSENT_VIEWS) {
    const inView = ruled.filter(({ row }) => isInView(view, row, row.now))
    expect(
      (await read({ view })).map(({ id }) => id),
      view,
    ).toEqual(inView.map(({ id }) => id))
    for (const moves of [[CONSENT_MOVES[0]], [CONSENT_MOVES[1]], [...CONSENT_MOVES]] as ConsentMove[][]) {
      const waiting = inView.filter(({ move }) => move !== null && moves.includes(move))
      expect(
        (await read({ view, moves })).map(({ id }) => id),
        `${view} ${moves}`,
      ).toEqual(waiting.map(({ id }) => id))
    }
  }
})

test('a connection that the practice ended, or that the client gave again, is not listed', async () => {
  const ended = await give({ ended: -1, state: 'disconnected', by: 'staff' })
  const again = await give({ ended: -1, state: 'disconnected', by: 'client' })
  expect((await read()).some(({ id }) => id === again.id)).toBe(true)
  const fresh = await giveConsent(with_.owner, again.onboardingId, { bank: 'Juniper' })
  await with_.owner`UPDATE connection SET created_at = now() WHERE id = ${fresh}`
  const listed = (await read()).map(({ id }) => id)
  expect(listed).toContain(fresh)
  expect(listed).not.toContain(again.id)
  expect(listed).not.toContain(ended.id)
})

test('a search finds clients and the beginnings of words of banks; filters narrow', async () => {
  const manager = randomUUID()
  const lane = await give({ bank: 'Royal Quay Bank' }, 'Orchard Lane Ltd')
  const other = await give({ bank: 'Juniper' }, 'Tidewater Ltd')
  await with_.owner`UPDATE organisation SET account_manager_id = ${manager}
    WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${other.onboardingId})`
  const ids = async (query: Partial<ConsentQuery>) => (await read(query)).map(({ id }) => id)
  expect(await ids({ search: 'orchard' })).toEqual([lane.id])
  expect(await ids({ search: 'quay' })).toEqual([lane.id])
  expect(await ids({ search: 'uay b' })).toEqual([])
  expect(await ids({ managers: [manager] })).toEqual([other.id])
  expect(await ids({ managers: [randomUUID()] })).toEqual([])
  expect(await ids({ managers: [manager, randomUUID()] })).toEqual([other.id])
  // A bank that is connected later has the manager of its client, and the next one when that changes.
  const later = await giveConsent(with_.owner, other.onboardingId, { bank: 'Northgate' })
  expect(new Set(await ids({ managers: [manager] }))).toEqual(new Set([other.id, later]))
  const next = randomUUID()
  await with_.owner`UPDATE organisation SET account_manager_id = ${next} WHERE account_manager_id = ${manager}`
  expect(await ids({ managers: [manager] })).toEqual([])
  expect(new Set(await ids({ managers: [next] }))).toEqual(new Set([other.id, later]))
  await with_.owner`UPDATE organisation SET account_manager_id = ${manager} WHERE account_manager_id = ${next}`
  expect(await ids({ teams: [randomUUID()] })).toEqual([])
  expect(await ids({ banks: ['Royal Quay Bank'], search: 'orchard' })).toEqual([lane.id])
  expect(await ids({ search: 'orchard', sight: { of: 'given', personId: manager } })).toEqual([])
  expect(new Set(await ids({ sight: { of: 'given', personId: manager } }))).toEqual(new Set([other.id, later]))
})

test('another practice sees none of them', async () => {
  expect(await read({}, await with_.createPractice())).toEqual([])
})
