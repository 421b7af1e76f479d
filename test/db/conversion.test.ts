import { describe, expect, test } from 'vitest'
import type { Target } from '../../commands/execute.ts'
import { readConversion } from '../../db/reports.ts'
import type { Command } from '../../domain/commands.ts'
import { type CohortRow, cohortsBetween, type Span } from '../../domain/metrics/cohorts.ts'
import { wilson } from '../../domain/metrics/wilson.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { ask, link } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { ageLastMessage } from '../giveConsent.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

/** A Monday in London; reports are read six weeks later, also on a Monday. */
const START = Date.UTC(2026, 0, 5)
const NOW = START + 42 * DAY_MS
const day = (n: number): Instant => START + n * DAY_MS

type Fact = { kind: string; at: Instant; data?: Record<string, string | string[]>; recordedAt?: Instant }
const invitedAt = (at: Instant, bank = 'open'): Fact => ({ kind: 'invited', at, data: { bank } })
const connectedAt = (at: Instant, recordedAt = at): Fact => ({ kind: 'bank_connected', at, recordedAt })
const skippedAt = (at: Instant, step = 'bank'): Fact => ({ kind: 'step_skipped', at, data: { step } })

/** Writes the events of one onboarding, in the given order. */
async function record(practiceId: string, facts: Fact[], clockOffsetMs = 0): Promise<void> {
  const [organisation] = await with_.owner<{ id: string }[]>`
    INSERT INTO organisation (practice_id, name, kind, country, currency)
    VALUES (${practiceId}, 'Harbour Bakery Ltd', 'business', 'GB', 'GBP') RETURNING id`
  const [onboarding] = await with_.owner<{ id: string }[]>`
    INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, clock_offset_ms)
    VALUES (${practiceId}, ${organisation?.id ?? ''}, 7, 90, ${clockOffsetMs}) RETURNING id`
  const rows = facts.map(({ kind, at, data = {}, recordedAt = at }, i) => ({
    practice_id: practiceId,
    onboarding_id: onboarding?.id ?? '',
    seq: i + 1,
    kind,
    key: String(i),
    at: new Date(at),
    recorded_at: new Date(recordedAt),
    actor_type: 'system',
    data: with_.owner.json(data),
  }))
  await with_.owner`INSERT INTO event ${with_.owner(rows as never[])}`
}

const read = (practiceId: string, now: Instant, asOf?: Instant, zone = 'Europe/London', by?: Span) =>
  with_.api.db.inPractice(practiceId, (tx) =>
    readConversion(tx, zone, new Date(now), { of: 'all' }, asOf === undefined ? undefined : new Date(asOf), by),
  )

/** Reads the report's weeks; the counters beside the log must always agree with the log. */
async function report(practiceId: string, now = NOW, asOf?: Instant, zone = 'Europe/London'): Promise<CohortRow[]> {
  const report = await read(practiceId, now, asOf, zone)
  if (asOf === undefined) expect(report).toEqual(await read(practiceId, now, now + 1000 * DAY_MS, zone))
  return report.cohorts
}

/** Shortens a report: week, n, and per horizon the converted of the eligible. */
const brief = (rows: CohortRow[]) =>
  rows.map(
    ({ firstDay, n, horizons }) =>
      `${firstDay}: ${n} ${horizons.map((one) => `${one.converted}/${one.eligible}`).join(' ')}`,
  )

describe('conversion from the first invitation to a connected bank', () => {
  test('counts each onboarding once, in the week of its first invitation, within 7, 14 and 30 days', async () => {
    const practiceId = await with_.createPractice()
    await record(practiceId, [invitedAt(day(0)), connectedAt(day(0) + 1)])
    await record(practiceId, [invitedAt(day(1)), connectedAt(day(8))])
    await record(practiceId, [invitedAt(day(1)), connectedAt(day(8) + 1)])
    await record(practiceId, [invitedAt(day(6)), connectedAt(day(36))])
    await record(practiceId, [invitedAt(day(6)), connectedAt(day(36) + 1)])
    await record(practiceId, [invitedAt(day(7)), connectedAt(day(8)), connectedAt(day(9))])
    await record(practiceId, [invitedAt(day(7)), { kind: 'resent', at: day(20) }])
    const rows = await report(practiceId)
    expect(brief(rows)).toEqual([
      '2026-01-05: 5 2/5 3/5 4/5',
      '2026-01-12: 2 1/2 1/2 1/2',
      ...['01-19', '01-26', '02-02', '02-09', '02-16'].map((week) => `2026-${week}: 0 0/0 0/0 0/0`),
    ])
    expect(rows[0]?.horizons[0]).toEqual({
      days: 7,
      mature: true,
      eligible: 5,
      converted: 2,
      rate: 0.4,
      interval: wilson(2, 5),
    })
  })

  test('says the hours that half of those took who connected in time, over the weeks that are counted in full', async () => {
    const practiceId = await with_.createPractice()
    const tookHours = async (hours: number, from: Instant) =>
      record(practiceId, [invitedAt(from), connectedAt(from + hours * HOUR_MS - MINUTE_MS)])
    for (const hours of [100, 1, 52, 200, 2, 60]) await tookHours(hours, day(0))
    await record(practiceId, [invitedAt(day(0))])
    // The third week has not had its seven days on day 24.
    for (const hours of [3, 4, 5, 6, 7, 8]) await tookHours(hours, day(14))
    const medians = async (now: Instant, asOf?: Instant) => (await read(practiceId, now, asOf)).medians
    const expected = [
      { days: 7, hours: 52 },
      { days: 14, hours: 52 },
      { days: 30, hours: null },
    ]
    expect(await medians(day(24))).toEqual(expected)
    expect(await medians(day(24), day(1000))).toEqual(expected)
    expect((await medians(day(28)))[0]).toEqual({ days: 7, hours: 6 })
  })

  test('counts by month instead, each mature once its last day has had so many days', async () => {
    const practiceId = await with_.createPractice()
    for (const n of [-5, 0, 26, 27]) await record(practiceId, [invitedAt(day(n)), connectedAt(day(n + 3))])
    for (const asOf of [undefined, NOW]) {
      const { cohorts } = await read(practiceId, day(40), asOf, 'Europe/London', 'month')
      expect(brief(cohorts)).toEqual([
        '2025-12-01: 1 1/1 1/1 1/1',
        '2026-01-01: 2 2/2 2/2 1/1',
        '2026-02-01: 1 1/1 0/0 0/0',
      ])
      expect(cohorts.map(({ horizons }) => horizons.map(({ mature }) => mature))).toEqual([
        [true, true, true],
        [true, false, false],
        [false, false, false],
      ])
    }
  })

  test('leaves out a bank that is skipped, one that was there before, and rehearsals', async () => {
    const practiceId = await with_.createPractice()
    await record(practiceId, [invitedAt(day(0)), connectedAt(day(1))])
    await record(practiceId, [invitedAt(day(0)), skippedAt(day(1))])
    await record(practiceId, [invitedAt(day(0), 'skipped')])
    await record(practiceId, [invitedAt(day(0), 'done')])
    await record(practiceId, [
      connectedAt(day(0)),
      { kind: 'step_reopened', at: day(0), data: { step: 'bank' } },
      invitedAt(day(1)),
    ])
    await record(practiceId, [invitedAt(day(0)), connectedAt(day(1))], HOUR_MS)
    await record(practiceId, [{ kind: 'created', at: day(0) }, connectedAt(day(1))])
    expect(brief(await report(practiceId))[0]).toBe('2026-01-05: 1 1/1 1/1 1/1')
  })

  test('takes a bank that is wanted again back in, and heeds only the bank', async () => {
    const practiceId = await with_.createPractice()
    const again = (at: Instant): Fact => ({ kind: 'step_reopened', at, data: { step: 'bank' } })
    await record(practiceId, [invitedAt(day(0)), skippedAt(day(1)), again(day(2)), connectedAt(day(3))])
    await record(practiceId, [
      invitedAt(day(0), 'skipped'),
      { kind: 'reopened', at: day(9), data: { steps: ['books', 'bank'] } },
    ])
    await record(practiceId, [invitedAt(day(0)), skippedAt(day(1), 'books')])
    await record(practiceId, [
      invitedAt(day(0)),
      skippedAt(day(1)),
      { kind: 'reopened', at: day(9), data: { steps: ['books'] } },
    ])
    expect(brief(await report(practiceId))[0]).toBe('2026-01-05: 3 1/3 1/3 1/3')
  })

  test('a young cohort says how many are old enough, and no rate', async () => {
    const practiceId = await with_.createPractice()
    await record(practiceId, [invitedAt(day(0)), connectedAt(day(1))])
    await record(practiceId, [invitedAt(day(3)), connectedAt(day(4))])
    const [row] = await report(practiceId, day(8))
    expect(row?.horizons[0]).toMatchObject({ mature: false, eligible: 1, converted: 1, rate: null, interval: null })
    expect(brief(await report(practiceId, day(10)))[0]).toBe('2026-01-05: 2 2/2 0/0 0/0')
    const [mature] = await report(practiceId, day(14))
    expect(mature?.horizons.map((one) => one.mature)).toEqual([true, false, false])
  })

  test('reaches half a year back, and has nothing to say before the first invitation', async () => {
    const practiceId = await with_.createPractice()
    expect(await report(practiceId)).toEqual([])
    await record(practiceId, [invitedAt(day(-200))])
    expect(await report(practiceId)).toEqual([])
    await record(practiceId, [invitedAt(day(-130))])
    const rows = await report(practiceId)
    expect(rows[0]?.n).toBe(1)
    expect(rows.length).toBeLessThanOrEqual(27)
  })

  test('another practice’s onboardings are not counted', async () => {
    const [one, other] = [await with_.createPractice(), await with_.createPractice()]
    await record(one, [invitedAt(day(0)), connectedAt(day(1))])
    expect(await report(other)).toEqual([])
  })

  test('the commands write what it reads', async () => {
    const practiceId = await with_.createPractice()
    const target = await with_.create(practiceId)
    await with_.create(practiceId)
    await with_.create(practiceId, ['email'], 'Skipped Ltd', { bank: 'skip' })
    const before = await with_.create(practiceId, null)
    await with_.perform(before, ask.connect('bank'))
    await with_.perform(before, ask.invite())
    await with_.perform(target, ask.connect('bank'))
    const soon = Date.now() + MINUTE_MS
    const rows = await report(practiceId, soon)
    expect(rows.map((row) => row.n)).toEqual([2])
    // The log does not know by then that the links ended, because nothing has run.
    const later = await read(practiceId, soon + 8 * DAY_MS)
    expect(later.cohorts[0]?.horizons[0]).toMatchObject({ eligible: 2, converted: 1 })
  })
})

describe('the answers to the invitations of a week', () => {
  test('give each client one answer, which stands until it is taken back, now and as of a day', async () => {
    const practiceId = await with_.createPractice()
    const invited = () => with_.create(practiceId)
    const perform = async (target: Target, ...commands: Command[]) => {
      for (const command of commands) {
        await ageLastMessage(with_.owner, target.onboardingId)
        expect(await with_.perform(target, command)).toMatchObject({ result: 'changed' })
      }
      return target
    }
    const accept = async (target: Target) =>
      perform(target, ask.accept({ ...link(), id: await with_.ensureLink(target) }))
    const expire = async (target: Target) => {
      await with_.owner`UPDATE onboarding SET expires_at = now() - interval '1 minute' WHERE id = ${target.onboardingId}`
      return perform(target, { do: 'expire' })
    }
    const answers = async () => (await report(practiceId, Date.now() + MINUTE_MS)).at(-1)?.outcomes
    await invited()
    expect(await answers()).toEqual({ accepted: 0, declined: 0, expired: 0, cancelled: 0, open: 1 })
    await accept(await invited())
    await perform(await accept(await invited()), ask.cancel())
    await perform(await invited(), ask.decline())
    await perform(await invited(), ask.decline(), ask.cancel())
    await expire(await invited())
    await perform(await invited(), ask.cancel())
    const all = { accepted: 2, declined: 1, expired: 1, cancelled: 2, open: 1 }
    expect(await answers()).toEqual(all)
    await perform(await invited(), ask.decline(), ask.invite())
    await perform(await invited(), ask.cancel(), ask.undo())
    await perform(await expire(await invited()), ask.extend(Date.now() + DAY_MS))
    await perform(await expire(await invited()), ask.invite())
    expect(await answers()).toEqual({ ...all, open: 5 })
  })

  test('count an invitation past its end as expired before anything has recorded that', async () => {
    const practiceId = await with_.createPractice()
    await with_.create(practiceId)
    const [week] = (await read(practiceId, Date.now() + 8 * DAY_MS)).cohorts
    expect(week?.outcomes).toMatchObject({ expired: 1, open: 0 })
  })
})

describe('what must always hold', () => {
  /** Records thirty onboardings over six weeks, in a fixed mixed order. */
  const muddle = async (practiceId: string) => {
    for (let i = 0; i < 30; i++) {
      const at = day((i * 37) % 40) + ((i * 7919) % 24) * HOUR_MS
      const took = ((i * 13) % 35) * DAY_MS
      // Some facts are late: they happened at one time and were recorded at another.
      const late = i % 4 === 0 ? 5 * DAY_MS : 0
      await record(practiceId, [
        invitedAt(at),
        ...(i % 3 ? [connectedAt(at + took, at + took + late)] : []),
        ...(i % 7 === 0 ? [skippedAt(at + 3 * DAY_MS)] : []),
      ])
    }
  }

  test('for a fixed cohort conversion does not fall with the horizon, and no part is greater than its whole', async () => {
    const practiceId = await with_.createPractice()
    await muddle(practiceId)
    for (const { n, outcomes, horizons } of await report(practiceId, day(120))) {
      expect(Object.values(outcomes).reduce((sum, one) => sum + one, 0)).toBe(n)
      expect(horizons.map((one) => one.eligible)).toEqual([n, n, n])
      const converted = horizons.map((one) => one.converted)
      expect(converted).toEqual([...converted].sort((a, b) => a - b))
      expect(converted[2]).toBeLessThanOrEqual(n)
    }
  })

  test('the weeks add up to everything that is counted, whatever the zone', async () => {
    const practiceId = await with_.createPractice()
    await muddle(practiceId)
    const total = async (zone: string) => {
      const rows = await report(practiceId, day(120), undefined, zone)
      return rows.reduce((sum, row) => sum + row.n, 0)
    }
    expect(await total('Europe/London')).toBe(25)
    expect(await total('Pacific/Auckland')).toBe(25)
    expect(await total('America/Los_Angeles')).toBe(25)
  })

  test('the report as of a past day is the one that was read on that day', async () => {
    const practiceId = await with_.createPractice()
    const later = await with_.createPractice()
    await muddle(later)
    const facts = await with_.owner<{ onboarding_id: string; recorded: number }[]>`
      SELECT onboarding_id, epoch_ms(recorded_at) AS recorded FROM event WHERE practice_id = ${later} ORDER BY recorded_at`
    expect(facts.length).toBeGreaterThan(40)
    for (const when of [day(10), day(21), day(33)]) {
      // The practice on that day: only the events recorded by then.
      await with_.owner`DELETE FROM event WHERE practice_id = ${practiceId}`
      await with_.owner`DELETE FROM onboarding WHERE practice_id = ${practiceId}`
      await with_.owner`
        INSERT INTO onboarding (id, practice_id, organisation_id, window_days, give_up_days, completed_at)
        SELECT uuidv7(), ${practiceId}, organisation_id, 7, 90, now() FROM onboarding WHERE practice_id = ${later}`
      await with_.owner`
        INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, recorded_at, actor_type, data)
        SELECT ${practiceId}, copy.id, e.seq, e.kind, e.key, e.at, e.recorded_at, e.actor_type, e.data
        FROM event e JOIN onboarding o ON o.id = e.onboarding_id
        JOIN onboarding copy ON copy.organisation_id = o.organisation_id AND copy.practice_id = ${practiceId}
        WHERE e.practice_id = ${later} AND e.recorded_at <= ${new Date(when)} ORDER BY copy.id, e.seq`
      const then = await report(practiceId, when)
      expect(await report(later, NOW, when)).toEqual(then)
      expect(then.length).toBeGreaterThan(0)
    }
  })

  test('weeks begin where PostgreSQL has them begin, in every zone and across changes of the clocks', async () => {
    const zones = [
      'Europe/London',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Chatham',
      'Africa/Cairo',
    ]
    for (const zone of zones) {
      const weeks = cohortsBetween(Date.UTC(2025, 0, 1), Date.UTC(2027, 0, 1), zone)
      const rows = await with_.owner<{ week: string; from: number }[]>`
        SELECT to_char(monday, 'YYYY-MM-DD') AS week, epoch_ms(monday AT TIME ZONE ${zone}) AS from
        FROM generate_series(${weeks[0]?.firstDay ?? ''}::timestamp, ${weeks.at(-1)?.firstDay ?? ''}::timestamp, '7 days') AS monday`
      expect(
        weeks.map(({ firstDay, from }) => ({ week: firstDay, from })),
        zone,
      ).toEqual([...rows])
    }
  })
})

test('invitations and banks in the log are read through their indexes alone', async () => {
  const practiceId = await with_.createPractice()
  for (let i = 0; i < 20; i++) await record(practiceId, [invitedAt(day(i)), connectedAt(day(i + 1))])
  await with_.owner`VACUUM ANALYZE event`
  const plan = await with_.api.db.inPractice(practiceId, async (tx) => {
    await tx`SET LOCAL enable_seqscan = off`
    await tx`SET LOCAL enable_bitmapscan = off`
    const rows = await tx<{ 'QUERY PLAN': string }[]>`
      EXPLAIN SELECT onboarding_id, at FROM event WHERE kind = 'invited' AND data->>'bank' <> 'done'
      UNION ALL SELECT onboarding_id, min(at) FROM event WHERE kind = 'bank_connected' GROUP BY onboarding_id`
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  })
  expect(plan).toContain('Index Only Scan using event_invited')
  expect(plan).toContain('Index Only Scan using event_bank_connected')
})

test('the report counts everything through one index, slot by slot, and reads no row beside it', async () => {
  const practiceId = await with_.createPractice()
  for (let i = 0; i < 20; i++) {
    await record(practiceId, [invitedAt(day(i)), { kind: 'accepted', at: day(i + 1) }, connectedAt(day(i + 1))])
    await record(practiceId, [invitedAt(day(i))])
  }
  // A snapshot of somebody else, as of autovacuum, keeps a page from being marked as visible to all.
  const isAllVisible = async () => {
    await with_.owner`VACUUM ANALYZE conversion`
    const [of] = await with_.owner`SELECT relallvisible = relpages AS all FROM pg_class WHERE relname = 'conversion'`
    return of?.all
  }
  await expect.poll(isAllVisible, { timeout: 20_000 }).toBe(true)
  const scans = await with_.api.db.inPractice(practiceId, async (tx) => {
    await tx`SET LOCAL enable_seqscan = off`
    await tx`SET LOCAL enable_bitmapscan = off`
    await tx`SET LOCAL max_parallel_workers_per_gather = 0`
    // Counts what the session has not reported yet, also from before.
    const counted = () => tx`
      SELECT seq_scan::int AS tables, idx_scan::int AS indexes, idx_tup_fetch::int AS rows
      FROM pg_stat_xact_user_tables WHERE relname = 'conversion'`
    const [before] = await counted()
    const { cohorts } = await readConversion(tx, 'Europe/London', new Date(NOW), { of: 'all' })
    expect(cohorts.map(({ outcomes }) => outcomes.accepted)).toEqual([7, 7, 6, 0, 0, 0, 0])
    const [after] = await counted()
    return Object.fromEntries(Object.entries(after ?? {}).map(([what, n]) => [what, n - before?.[what]]))
  })
  // One range for each week of half a year.
  expect(scans).toMatchObject({ tables: 0, rows: 0 })
  expect(scans.indexes).toBeGreaterThan(26)
})
