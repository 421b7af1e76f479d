import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { askToConfirm } from '../../../commands/connections/renewals/askRenewal.ts'
import { confirmConsent, confirmForClient } from '../../../commands/connections/renewals/renew.ts'
import { advanceRow, clockedConnection } from '../../../dev/demo/advance.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { connectors } from '../../../providers/connectors.ts'
import { workflowIdOfLiving } from '../../../workflows/contract.ts'
import { clocksOf } from '../../advance.ts'
import { awayPlaid } from '../../api/awayProviders.ts'
import { type Harness, startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { eventsOf, found, historiesOfLiving, historyOfWorkflow } from '../history.ts'
import { type Client, type Journey, journeyOf } from '../journey.ts'

// Asking clients to confirm what their banks share, on the real engine and in skipped time.

let harness: Harness
let journey: Journey
beforeAll(async () => {
  harness = await startHarness()
  journey = journeyOf(harness)
})
afterAll(() => harness?.stop())

/** A completed client with one bank, whose workflow runs. */
async function withBank(phone: string | null = null) {
  const channels = phone ? (['email', 'sms'] as const) : (['email'] as const)
  const client = await harness.create({ steps: { books: 'skip' }, phone, channels: [...channels] })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await journey.accept(client)
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  await harness.until(client.id, 'completed')
  const [row] = await harness.owner<{ id: string; access_until: Date }[]>`
    SELECT id, access_until FROM connection WHERE onboarding_id = ${client.id}`
  if (!row) throw new Error('nothing is connected')
  const clocked = clockedConnection(harness.owner, { of: 'consent', id: row.id })
  await harness.worker.wakeConnectionsNow()
  await waitFor('its workflow', async () => (await clocked.read()).wakeAt)
  const end = row.access_until.getTime()
  return { ...client, connectionId: row.id, end, clocked }
}
type Banked = Awaited<ReturnType<typeof withBank>>

/** Lets the consent live until so many days from its end. */
const liveTo = ({ clocked, end }: Banked, days: number) => advanceRow(clocksOf(harness), clocked, end + days * DAY_MS)

/** Waits until every request has left. Returns them as they arrived, oldest first. */
async function asked(client: Client) {
  await waitFor('the requests to leave', async () =>
    (await harness.messages(client.id, 'renewal')).every(({ state }) => ['sent', 'delivered'].includes(state)),
  )
  const mails = await harness.control.messagesTo(client.email)
  const texts = client.phone ? await harness.control.messagesTo(client.phone) : []
  const bySubject = mails.filter(({ subject }) => /shar/i.test(subject ?? '')).map(({ subject }) => subject)
  const byText = texts.filter(({ text }) => /shar/i.test(text)).map(({ text }) => text)
  return { mails: bySubject.toReversed(), texts: byText.toReversed() }
}

const factsOf = async ({ id }: Client, kind: string) => (await harness.events(id)).filter((one) => one.kind === kind)

describe('a client with a bank', () => {
  test('is asked by mail and text 14, 7 and 2 days before the end, on the day, and 7 days after', async () => {
    const client = await withBank('+447400123456')
    await liveTo(client, -15)
    expect(await asked(client)).toEqual({ mails: [], texts: [] })
    await liveTo(client, -12)
    const first = await asked(client)
    expect(first.mails).toEqual(['Keep sharing Northgate Bank with Marsh & Lowe?'])
    expect(first.texts).toHaveLength(1)
    expect(first.texts[0]).toMatch(/keep sharing Harbour.*'s Northgate Bank\? Yes or no by .*\/j\/[\w-]{22}$/)
    await liveTo(client, -1.5)
    expect((await asked(client)).mails).toHaveLength(3)
    expect((await asked(client)).mails[2]).toMatch(/^Sharing Northgate Bank ends (on \w+day|tomorrow|today)$/)
    await liveTo(client, 6)
    expect((await asked(client)).mails).toHaveLength(4)
    expect((await factsOf(client, 'connection_lost')).map(({ data }) => data.health)).toEqual(['expired'])
    await liveTo(client, 9)
    const all = await asked(client)
    expect(all.mails).toHaveLength(5)
    expect(all.mails[4]).toBe('Sharing Northgate Bank has ended')
    expect(all.texts[4]).toMatch(/sharing Harbour.*'s Northgate Bank has ended\. Share again: /)
    expect(await factsOf(client, 'renewal_asked')).toHaveLength(5)
    const workflow = harness.temporal.workflow.getHandle(workflowIdOfLiving({ of: 'consent', id: client.connectionId }))
    await waitFor('its end', async () => (await workflow.describe()).status.name === 'COMPLETED')
    expect(found(await historyOfWorkflow(workflow), [client.email, '@', 'Harbour', 'Northgate', '7400123'])).toEqual([])
  }, 120_000)

  test.each([
    ['the first message', 60, 1],
    ['the second message', 90, 2],
    ['the last message before each end', 110, 3],
  ])(
    'who answers %s costs at most %i events a year',
    async (_, most, answered) => {
      const client = await withBank()
      const { connectionId, target } = client
      // This provider keeps connections that are confirmed.
      await harness.owner`UPDATE connection SET provider = 'plaid' WHERE id = ${connectionId}`
      const providers = { ...journey.providers, banks: connectors(awayPlaid()) }
      const actor = { type: 'client', id: null } as const
      const [began, asksAt] = [(await client.clocked.read()).now, [-12, -6, -1]]
      const endNow = async () => {
        const [row] = await harness.owner<
          { until: Date }[]
        >`SELECT access_until AS until FROM connection WHERE id = ${connectionId}`
        return row!.until.getTime()
      }
      for (let end = await endNow(); end - began < 380 * DAY_MS; end = await endNow()) {
        for (const days of asksAt.slice(0, answered)) await liveTo({ ...client, end }, days)
        const yes = { connectionId, shownUntil: end }
        expect(await confirmConsent(harness.commands, providers, target, actor, yes)).toBe('confirmed')
      }
      await advanceRow(clocksOf(harness), client.clocked, began + 380 * DAY_MS)
      const [year] = await historiesOfLiving(harness, { of: 'consent', id: connectionId }, 2)
      expect(year?.events.at(-1)?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW')
      const confirmed = (await factsOf(client, 'renewal_confirmed')).length
      expect(confirmed).toBeGreaterThanOrEqual(4)
      expect(eventsOf(year)).toBeLessThanOrEqual(most)
    },
    180_000,
  )

  test('who answers nothing costs at most 60 events, and its workflow ends a week after the end', async () => {
    const client = await withBank()
    await liveTo(client, 9)
    const living = { of: 'consent', id: client.connectionId } as const
    const workflow = harness.temporal.workflow.getHandle(workflowIdOfLiving(living))
    await waitFor('its end', async () => (await workflow.describe()).status.name === 'COMPLETED')
    const [only, another] = await historiesOfLiving(harness, living, 1)
    expect(another).toBeUndefined()
    expect(eventsOf(only)).toBeLessThanOrEqual(60)
  }, 120_000)

  test('whose access ends by time says so in its row, without a word of the provider, until they renew it', async () => {
    const client = await withBank()
    const { connectionId, target, end } = client
    await harness.owner`UPDATE connection SET provider = 'plaid' WHERE id = ${connectionId}`
    const row = async () => {
      const [found] = await harness.owner`
        SELECT status, completed_at, blocked_by, move, needs_staff FROM onboarding WHERE id = ${client.id}`
      const { completed_at, ...said } = found ?? {}
      return { completedAt: completed_at, said }
    }
    const clean = { status: 'completed', blocked_by: null, move: null, needs_staff: false }
    const ended = { ...clean, blocked_by: 'access_ended' }
    const { completedAt, said } = await row()
    expect(said).toEqual(clean)
    await liveTo(client, -1)
    expect((await row()).said).toEqual(clean)
    await liveTo(client, 0.1)
    expect((await row()).said).toEqual({ ...ended, move: 'client' })
    await liveTo(client, 7.9)
    // The onboarding has a clock of its own, on which the week is over too.
    await harness.owner`UPDATE onboarding SET turns_at = now() WHERE id = ${client.id}`
    await harness.worker.settleTurnedNow()
    // The worker's own pass may have taken the row first, and be about to commit.
    await expect.poll(async () => (await row()).said).toEqual({ ...ended, move: 'practice', needs_staff: true })
    await asked(client)
    const providers = { ...journey.providers, banks: connectors(awayPlaid()) }
    const yes = { connectionId, shownUntil: end }
    const actor = { type: 'client', id: null } as const
    expect(await confirmConsent(harness.commands, providers, target, actor, yes)).toBe('confirmed')
    expect(await row()).toEqual({ completedAt, said: clean })
  }, 120_000)

  test('who stops sharing before a request has left does not get it', async () => {
    const client = await withBank()
    const mend = await harness.control.fault({ provider: 'resend', operation: 'send', kind: 'rate_limited', times: -1 })
    await liveTo(client, -13)
    await waitFor('the request', async () => (await harness.messages(client.id, 'renewal')).length === 1)
    await disconnect(harness.commands, journey.providers, client.target, testActor, client.connectionId)
    await mend()
    await harness.untilMessage(client.id, 'renewal', ['withdrawn'])
    await liveTo(client, 20)
    expect(await harness.messages(client.id, 'renewal')).toHaveLength(1)
  })

  test('is asked at once when a colleague wants it, and then not again within a day', async () => {
    const client = await withBank()
    // The first instant comes at ten in the practice's zone: half a day later, whatever the time of the end.
    const { wakeAt } = await client.clocked.read()
    await advanceRow(clocksOf(harness), client.clocked, (wakeAt ?? 0) - 0.5 * DAY_MS)
    const ask = () => askToConfirm(harness.commands, client.target, testActor, client.connectionId)
    await harness.owner`UPDATE onboarding SET sent_at = NULL WHERE id = ${client.id}`
    expect(await ask()).toMatchObject({ result: 'changed' })
    expect(await ask()).toMatchObject({ result: 'refused', refusal: { code: 'resend_too_soon' } })
    await liveTo(client, -12)
    expect((await asked(client)).mails).toHaveLength(1)
    expect(await askToConfirm(harness.commands, client.target, testActor, randomUUID())).toEqual({
      result: 'not_found',
    })
  })

  test('whom a colleague asks about an account that a look misses reads which one it is, by its last digits', async () => {
    const client = await withBank()
    const { connectionId } = client
    const [bank] = await harness.owner<{ external_id: string }[]>`
      UPDATE connection SET look_at = clock_timestamp() WHERE id = ${connectionId} RETURNING external_id`
    await harness.control.call('POST', `/truelayer/connections/${bank!.external_id}`, { action: 'close_account' })
    await harness.worker.lookAtConnectionsNow()
    const [gone] = await harness.owner<{ name: string; account_number: string }[]>`
      SELECT name, account_number FROM connection_account WHERE connection_id = ${connectionId} AND missing_since IS NOT NULL`
    await harness.owner`UPDATE onboarding SET sent_at = NULL WHERE id = ${client.id}`
    expect(await askToConfirm(harness.commands, client.target, testActor, connectionId)).toMatchObject({
      result: 'changed',
    })
    const { text } = await journey.mail(client, 'One account at Northgate Bank can’t be seen any more')
    const named = `${gone!.name} ••••${gone!.account_number.slice(-4)}, `
    expect(text.replace(/\s+/g, ' ')).toMatch(
      new RegExp(`${named}[\\d-]+ was shared before and can’t be seen any more\\. Tell us if it’s closed\\.`),
    )
    expect(text).not.toContain(gone!.account_number)
  })

  test('for whom a colleague confirmed reads who, when and why, with a link that stops sharing', async () => {
    const client = await withBank()
    await liveTo(client, -10)
    // A request that has not left by then is withdrawn.
    expect((await asked(client)).mails).toHaveLength(1)
    // This provider keeps connections that are confirmed.
    await harness.owner`UPDATE connection SET provider = 'plaid' WHERE id = ${client.connectionId}`
    const said = { isOn: true, how: 'phone', agreedOn: '2026-03-03', note: null } as const
    const { connectionId, target } = client
    const providers = { ...journey.providers, banks: connectors(awayPlaid()) }
    const done = await confirmForClient(harness.commands, providers, target, testActor, connectionId, said)
    expect(done).toMatchObject({ result: 'changed' })
    const mail = await journey.mail(client, 'Marsh & Lowe confirmed sharing Northgate Bank for you')
    expect(mail.text).toMatch(/confirmed on .*for Harbour Bakery.*because you agreed by phone\./)
    expect(mail.text).toContain(`/stop/${connectionId}`)
    // The next question is due before the new end.
    await liveTo(client, 0)
    expect((await asked(client)).mails).toHaveLength(2)
  })

  test('whose address bounced is not asked, staff see that, and the days go on', async () => {
    const client = await withBank()
    await harness.untilMessage(client.id, 'client_done', ['sent', 'delivered'])
    await journey.ended(client)
    await harness.owner`UPDATE message SET state = 'bounced' WHERE onboarding_id = ${client.id} AND purpose <> 'staff_bank_connected'`
    await liveTo(client, -6)
    expect((await factsOf(client, 'renewal_asked')).map(({ data }) => data.channels)).toEqual([[], []])
    expect(await harness.messages(client.id, 'renewal')).toEqual([])
  })
})
