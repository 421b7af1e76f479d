import { beforeAll, describe, expect, test } from 'vitest'
import { loseConnection, recoverConnection } from '../../commands/connections/connectionHealth.ts'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { confirmConsent } from '../../commands/connections/renewals/renew.ts'
import type { Providers } from '../../commands/connections/sessionOwner.ts'
import { execute, type Target } from '../../commands/execute.ts'
import { settleAgain, settleTurned } from '../../commands/settleTurned.ts'
import { writeSnoozed } from '../../db/connections/renewals.ts'
import { countUpTo, EVERYTHING, readIds } from '../../db/list/list.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { type Description, describe as situate } from '../../domain/describe.ts'
import type { Condition } from '../../domain/rows/conditions.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { connectors } from '../../providers/connectors.ts'
import { awayPlaid, awayProviders } from '../api/awayProviders.ts'
import { forFile } from '../forFile.ts'
import { completeLongAgo, type GivenConsent, giveConsent } from '../giveConsent.ts'
import { type EngineAway, startEngineAway } from './engineAway.ts'

// The row of a completed client after a connection is lost, and at every later change.

const with_ = forFile(startEngineAway)
let practiceId: string
beforeAll(async () => {
  practiceId = await with_.createPractice()
})

const fail = (_id: string, error: unknown) => {
  throw error
}
const staff = { type: 'staff', id: null } as const
const client = { type: 'client', id: null } as const
const providers = () => ({ ...awayProviders(), banks: connectors(awayPlaid()) }) as unknown as Providers

/** A client who was completed 50 days ago, with a bank. */
async function completed(consent: GivenConsent = {}): Promise<Target & { connectionId: string }> {
  const target = await with_.create(practiceId, ['email'], 'Completed Ltd')
  const { onboardingId } = target
  await completeLongAgo(with_.owner, onboardingId)
  const connectionId = await giveConsent(with_.owner, onboardingId, { provider: 'plaid', ...consent })
  await settleAgain(with_.worker, target)
  return { ...target, connectionId }
}

/** Returns what the row of a client says, after comparing it with the facts. */
async function row({ onboardingId }: Target) {
  const [stored] = await with_.owner<
    {
      status: string
      blocked_by: string | null
      move: string | null
      needs_staff: boolean
      turns_at: Date | null
      turns_move: string | null
    }[]
  >`SELECT status, blocked_by, move, needs_staff, turns_at, turns_move FROM onboarding WHERE id = ${onboardingId}`
  if (!stored) throw new Error('there is no such row')
  const { blockedBy, move, turns } = await described({ practiceId, onboardingId })
  expect({ ...stored, turns_at: stored.turns_at?.getTime() ?? null }).toMatchObject({
    status: 'completed',
    blocked_by: blockedBy,
    move,
    turns_at: turns?.at ?? null,
    turns_move: turns?.move ?? null,
  })
  const { blocked_by, needs_staff, turns_at } = stored
  const turnsInDays = turns_at && Math.round((turns_at.getTime() - Date.now()) / DAY_MS)
  return [blocked_by, stored.move, needs_staff, turnsInDays]
}

const described = async ({ onboardingId }: Target): Promise<Description> => {
  const read = await with_.api.db.inPractice(practiceId, (tx) => readFacts(tx, onboardingId))
  if (!read) throw new Error('there is no such client')
  return situate(read.facts, read.now)
}

const holds = ({ onboardingId }: Target, condition: Condition): Promise<boolean> =>
  with_.api.db.inPractice(practiceId, async (tx) => {
    const query = { ...EVERYTHING, conditions: [condition], sight: { of: 'all' } as const, limit: 1000 }
    const ids = await readIds(tx, query)
    expect(await countUpTo(tx, query, 1000)).toBe(ids.length)
    return ids.includes(onboardingId)
  })

const CLEAN = [null, null, false]
const OURS = ['access_ended', 'practice', true]

describe('a completed client’s bank', () => {
  test('that is lost is the practice’s matter at once, and none once it works again', async () => {
    const one = await completed({ ends: 40 })
    expect(await row(one)).toEqual([...CLEAN, 40])
    await loseConnection(with_.worker, practiceId, one.connectionId, 'ended', 'Stopped there.')
    expect(await row(one)).toEqual([...OURS, null])
    expect(await holds(one, { moves: ['practice'] })).toBe(true)
    expect(await holds(one, { attention: true })).toBe(true)
    expect(await holds(one, { blockers: ['access_ended'] })).toBe(true)
    await recoverConnection(with_.worker, practiceId, one.connectionId)
    expect(await row(one)).toEqual([...CLEAN, 40])
    expect(await holds(one, { moves: ['practice'] })).toBe(false)
    expect(await holds(one, { attention: true })).toBe(false)
  })

  test('whose end is recorded is the client’s to share again, and the practice’s a week later', async () => {
    const one = await completed({ ends: -0.01 })
    await loseConnection(with_.worker, practiceId, one.connectionId, 'expired', 'Over.')
    expect(await row(one)).toEqual(['access_ended', 'client', false, 7])
    expect(await holds(one, { moves: ['client'] })).toBe(true)
    expect(await holds(one, { attention: true })).toBe(false)
    await passDays(one, 7)
    expect(await holds(one, { moves: ['practice'] })).toBe(true)
    expect(await holds(one, { attention: true })).toBe(true)
    expect(await holds(one, { moves: ['client'] })).toBe(false)
    expect(await settleTurned(with_.worker, fail)).toBe(1)
    expect(await row(one)).toEqual([...OURS, null])
    expect(await settleTurned(with_.worker, fail)).toBe(0)
  })

  test('that ends by time without a word turns up at that instant, and is written with the next pass', async () => {
    const one = await completed({ ends: 1 })
    expect(await holds(one, { blockers: ['access_ended'] })).toBe(false)
    await passDays(one, 1.1)
    expect(await holds(one, { blockers: ['access_ended'], moves: ['client'], statuses: ['completed'] })).toBe(true)
    expect(await settleTurned(with_.worker, fail)).toBe(1)
    expect(await row(one)).toEqual(['access_ended', 'client', false, 7])
  })

  test('whose provider names an earlier end turns up at that end', async () => {
    const one = await completed({ ends: 40 })
    await with_.owner`UPDATE connection SET access_until = now() + interval '3 days' WHERE id = ${one.connectionId}`
    await settleAgain(with_.worker, one)
    expect(await row(one)).toEqual([...CLEAN, 3])
  })

  test('that the client confirms after its end is clean again', async () => {
    const one = await completed({ ends: -1, ended: -1, state: 'lost', health: 'expired', asked: 2 })
    expect(await row(one)).toEqual(['access_ended', 'client', false, 6])
    const [bank] =
      await with_.owner`SELECT epoch_ms(access_until) AS until FROM connection WHERE id = ${one.connectionId}`
    const yes = { connectionId: one.connectionId, shownUntil: bank?.until }
    expect(await confirmConsent(with_.api, providers(), one, client, yes)).toBe('confirmed')
    const [, , , until] = await row(one)
    expect(await row(one)).toEqual([...CLEAN, until])
    expect(Number(until)).toBeGreaterThan(60)
  })

  test('that the client stops is to be talked about, and that the practice ends is nobody’s matter', async () => {
    const [one, other] = [await completed({ ends: 40 }), await completed({ ends: 40 })]
    await disconnect(with_.api, providers(), one, client, one.connectionId)
    expect(await row(one)).toEqual([...OURS, null])
    await disconnect(with_.api, providers(), other, staff, other.connectionId)
    expect(await row(other)).toEqual([...CLEAN, null])
    // Shared again since, at another bank.
    await giveConsent(with_.owner, one.onboardingId, { bank: 'Juniper', ends: 50 })
    await with_.owner`UPDATE connection SET created_at = now() + interval '1 second' WHERE institution_name = 'Juniper'`
    await settleAgain(with_.worker, one)
    expect(await row(one)).toEqual([...CLEAN, 50])
  })

  test('that is down is nobody’s to ask, from the outage’s begin to its end', async () => {
    const one = await completed({ ends: -1, ended: -1, state: 'lost', health: 'expired', institution: 'ob-down' })
    const long = await completed({ ends: -9, ended: -9, state: 'lost', health: 'expired', institution: 'ob-down' })
    const other = await completed({ ends: -1, ended: -1, state: 'lost', health: 'expired', institution: 'ob-up' })
    expect(await settleTurned(with_.worker, fail)).toBe(0)
    await with_.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-down', now(), now())`
    expect(await settleTurned(with_.worker, fail)).toBe(1)
    expect(await row(one)).toEqual(['access_ended', 'bank', false, 6])
    expect(await holds(one, { moves: ['client'] })).toBe(false)
    expect(await holds(one, { moves: ['bank'] })).toBe(true)
    expect(await row(long)).toEqual([...OURS, null])
    expect(await row(other)).toEqual(['access_ended', 'client', false, 6])
    // Its retry may be put off meanwhile, which changes nothing for anybody.
    await with_.owner`UPDATE bank_outage SET retry_at = now() + interval '1 hour' WHERE institution = 'ob-down'`
    expect(await settleTurned(with_.worker, fail)).toBe(0)
    await with_.owner`UPDATE bank_outage SET ended_at = now() WHERE institution = 'ob-down'`
    expect(await settleTurned(with_.worker, fail)).toBe(1)
    expect(await row(one)).toEqual(['access_ended', 'client', false, 6])
  })

  test('that nobody could be asked about is the practice’s matter as soon as the mail bounces', async () => {
    const one = await completed({ ends: -1, ended: -1, state: 'lost', health: 'expired', asked: 2, mail: 'sent' })
    expect(await row(one)).toEqual(['access_ended', 'client', false, 6])
    const [mail] = await with_.owner<{ id: string }[]>`
      SELECT id FROM message WHERE onboarding_id = ${one.onboardingId} AND purpose = 'renewal'`
    const command = { do: 'move_message', messageId: mail!.id, to: 'bounced', reason: 'gone' } as const
    await execute(with_.worker, { ...one, messageId: mail!.id }, { actor: { type: 'provider', id: null }, command })
    expect(await row(one)).toEqual([...OURS, null])
  })

  test('that a colleague leaves alone waits for nobody until then', async () => {
    const one = await completed({ ends: -9, ended: -9, state: 'lost', health: 'expired' })
    expect(await row(one)).toEqual([...OURS, null])
    const until = Date.now() + 5 * DAY_MS
    await execute(with_.api, one, {
      actor: staff,
      command: { do: 'snooze_access', connectionId: one.connectionId, until },
      alongside: (tx) => writeSnoozed(tx, one.connectionId, until),
    })
    expect(await row(one)).toEqual([...CLEAN, 5])
  })
})

describe('a completed client’s books', () => {
  test.each(['sign_in_ended', 'permission', 'ended'] as const)(
    'that cannot be read (%s) are the practice’s to reconnect, until they can be read again',
    async (health) => {
      const one = await completed({ ends: 40 })
      const command = { do: 'connect', step: 'books', provider: 'xero', sessionId: '', connectionId: '', accounts: 1 }
      await with_.keepConnection(one, command as Parameters<EngineAway['keepConnection']>[1])
      const [books] = await with_.owner<{ id: string }[]>`
        SELECT id FROM connection WHERE onboarding_id = ${one.onboardingId} AND kind = 'books'`
      await loseConnection(with_.worker, practiceId, books!.id, health, 'No.')
      expect(await row(one)).toEqual(['sign_in_lost', 'practice', true, 40])
      expect(await holds(one, { attention: true, blockers: ['sign_in_lost'], statuses: ['completed'] })).toBe(true)
      await recoverConnection(with_.worker, practiceId, books!.id)
      expect(await row(one)).toEqual([...CLEAN, 40])
    },
  )
})

test('a client who was completed long ago stands on the board again while somebody has to act, and no longer', async () => {
  const one = await completed({ ends: 40 })
  const column = { statuses: ['completed'], completedWithinMs: 30 * DAY_MS } as const
  expect(await holds(one, column)).toBe(false)
  await loseConnection(with_.worker, practiceId, one.connectionId, 'ended', 'Stopped there.')
  expect(await holds(one, column)).toBe(true)
  await recoverConnection(with_.worker, practiceId, one.connectionId)
  expect(await holds(one, column)).toBe(false)
})

test('a client who is still being connected is no completed one: nothing of this is read for them', async () => {
  const target = await with_.create(practiceId, ['email'], 'Open Ltd')
  await giveConsent(with_.owner, target.onboardingId, { ends: -9, ended: -9, state: 'lost', health: 'expired' })
  expect((await with_.read(target)).facts.connections).toBeUndefined()
})

test('a row that is written again without a change does not count as updated', async () => {
  const one = await completed({ ends: 40 })
  const updatedAt = async () =>
    (await with_.owner`SELECT updated_at FROM onboarding WHERE id = ${one.onboardingId}`)[0]?.updated_at
  const before = await updatedAt()
  await with_.owner`UPDATE onboarding SET turns_at = now() - interval '1 hour', turns_blocked_by = NULL, turns_move = NULL
    WHERE id = ${one.onboardingId}`
  expect(await settleTurned(with_.worker, fail)).toBe(1)
  expect(await row(one)).toEqual([...CLEAN, 40])
  expect(await updatedAt()).toEqual(before)
})

/** Lets days go by for a client: its connection and the instant at which its row turns come nearer. */
async function passDays({ onboardingId }: Target, days: number): Promise<void> {
  const by = with_.owner`${days}::float8 * interval '1 day'`
  await with_.owner`UPDATE connection SET access_until = access_until - ${by}, health_since = health_since - ${by}
    WHERE onboarding_id = ${onboardingId}`
  await with_.owner`UPDATE onboarding SET turns_at = turns_at - ${by} WHERE id = ${onboardingId}`
}
