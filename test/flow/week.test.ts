import { expect, test } from 'vitest'
import { invite } from '../../commands/invitations/invite.ts'
import { DAY_MS, EXPIRY_GRACE_MS, HOUR_MS, SECOND_MS } from '../../domain/situation.ts'
import { forFile } from '../forFile.ts'
import { startHarness, type TestPractice, testActor } from '../harness.ts'
import { record } from './history.ts'
import { type Client, journeyOf } from './journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

/** Creates an invited client whose mail was sent; returns the instants of the invitation. */
async function invited(practice?: TestPractice): Promise<{ client: Client; from: number; expiresAt: number }> {
  const client = await harness.create({}, practice)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  const expiresAt = (await harness.row(client.id)).expires_at?.getTime() ?? 0
  return { client, from: expiresAt - 7 * DAY_MS, expiresAt }
}

/** Returns the instants of facts of these kinds in days since `from`, with the ms beyond whole hours. */
async function timesOf(client: Client, from: number, ...kinds: string[]) {
  const events = await harness.owner<{ kind: string; at: number; n: number | null }[]>`
    SELECT kind, epoch_ms(at) AS at, (data->>'n')::int AS n FROM event
    WHERE onboarding_id = ${client.id} AND kind = ANY (${kinds}) ORDER BY seq`
  return events.map(({ kind, at, n }) => {
    const hours = Math.round((at - from) / HOUR_MS)
    const lateMs = at - from - hours * HOUR_MS
    if (at >= from) expect(lateMs, `${kind} ${n}`).toBeGreaterThanOrEqual(0)
    if (at >= from) expect(lateMs, `${kind} ${n}`).toBeLessThan(EXPIRY_GRACE_MS + 2 * SECOND_MS)
    return [kind, hours / 24, n]
  })
}

const touches = [
  ['client_touched', 2, 1],
  ['client_touched', 4, 2],
  ['client_touched', 6, 3],
]

test('a week passes in a second: touches on days 2, 4 and 6 at their instants, then expiry', async () => {
  const { client, from, expiresAt } = await invited()
  await journey.advanceTo(client, expiresAt)
  expect((await harness.row(client.id)).status).toBe('invited')
  await record(harness, 'touched', client.id)
  await journey.advanceTo(client, expiresAt + 10 * SECOND_MS)
  expect(await harness.row(client.id)).toMatchObject({ status: 'expired', run: 1 })
  expect(await timesOf(client, from, 'client_touched', 'expired')).toEqual([...touches, ['expired', 7, null]])
  for (const purpose of ['invitation', 'client_touch'] as const) {
    await harness.untilMessage(client.id, purpose, ['sent', 'delivered'])
  }
  expect((await harness.control.messagesTo(client.email)).map((mail) => mail.subject).reverse()).toEqual([
    'Join Harbour Bakery Ltd: invitation from Marsh & Lowe',
    'Reminder: join Harbour Bakery Ltd',
    'Join Harbour Bakery Ltd: can we help?',
    'Expires tomorrow: join Harbour Bakery Ltd',
  ])
})

test('a practice that wants it has the client told once that the link has expired, by the link that was sent', async () => {
  const { client, expiresAt } = await invited(await harness.createPractice({ tells_expired: true }))
  const token = harness.tokenIn(await journey.mail(client, /^Join/))
  await journey.advanceTo(client, expiresAt + 10 * SECOND_MS)
  expect(await harness.row(client.id)).toMatchObject({ status: 'expired' })
  const told = await journey.mail(client, /^Your link for Harbour Bakery Ltd has expired$/)
  expect(harness.tokenIn(told)).toBe(token)
  expect(await harness.messages(client.id, 'client_expired')).toHaveLength(1)
})

test('a copied link expires without touches', async () => {
  const { id, target } = await harness.create({ channels: null })
  const client = { id, target } as Client
  const made = await journey.link(client)
  await journey.advanceTo(client, (made.expiresAt ?? 0) + 10 * SECOND_MS)
  expect((await harness.events(id)).map((event) => event.kind)).toEqual([
    'created',
    expect.stringMatching('invited|provisioned'),
    expect.stringMatching('invited|provisioned'),
    'expired',
  ])
  await record(harness, 'expired', id)
})

test('a resend from expired reopens the same onboarding, in the same run', async () => {
  const { client, expiresAt } = await invited()
  const oldToken = harness.tokenIn(await journey.mail(client, /^Join/))
  await journey.advanceTo(client, expiresAt + 10 * SECOND_MS)
  expect((await harness.row(client.id)).status).toBe('expired')
  expect(await journey.acceptWith(client, oldToken)).toMatchObject({
    result: 'refused',
    refusal: { status: 'expired', allowed: expect.arrayContaining(['invite', 'extend']) },
  })
  expect(await invite(harness.commands, client.target, testActor, 'again', {})).toMatchObject({ result: 'changed' })
  await harness.untilMessage(client.id, 'new_link', ['sent', 'delivered'])
  expect(await journey.acceptWith(client, oldToken)).toMatchObject({ refusal: { code: 'newer_link' } })
  expect(await harness.row(client.id)).toMatchObject({ status: 'invited', run: 1 })

  // The new window has its own reminders.
  const again = (await harness.row(client.id)).expires_at?.getTime() ?? 0
  await journey.advanceTo(client, again - 4 * DAY_MS)
  expect((await timesOf(client, again - 7 * DAY_MS, 'client_touched')).slice(3)).toEqual([['client_touched', 2, 1]])
  expect(await journey.accept(client)).toMatchObject({ result: 'changed' })
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  expect(await harness.until(client.id, 'completed')).toMatchObject({ run: 1 })
  expect(await journey.ended(client)).toBe('COMPLETED')
  await record(harness, 'resent', client.id)
})

test('an extension moves the timer, and reopens an expired invitation with the same link', async () => {
  const { client, expiresAt } = await invited()
  const token = harness.tokenIn(await journey.mail(client, /^Join/))
  await journey.advanceTo(client, expiresAt - HOUR_MS)
  const until = expiresAt + 10 * DAY_MS
  expect(await journey.order(client.target, { do: 'extend', until })).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, expiresAt + HOUR_MS)
  expect(await harness.row(client.id)).toMatchObject({ status: 'invited', expires_at: new Date(until) })
  await journey.advanceTo(client, until + 10 * SECOND_MS)
  expect(await timesOf(client, until, 'expired')).toEqual([['expired', 0, null]])

  const later = until + 3 * DAY_MS
  expect(await journey.order(client.target, { do: 'extend', until: later })).toMatchObject({ result: 'changed' })
  expect(await harness.row(client.id)).toMatchObject({ status: 'invited', run: 1 })
  expect(await journey.acceptWith(client, token)).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, later + HOUR_MS)
  expect((await harness.row(client.id)).status).toBe('accepted')
})

test('a snooze holds the touches back and collapses those that it missed into one', async () => {
  const { client, from, expiresAt } = await invited()
  await journey.advanceTo(client, from + DAY_MS)
  const until = from + 4.5 * DAY_MS
  expect(await journey.order(client.target, { do: 'snooze', until })).toMatchObject({ result: 'changed' })
  await journey.advanceTo(client, expiresAt + 10 * SECOND_MS)
  expect(await timesOf(client, from, 'client_touched', 'expired')).toEqual([
    ['client_touched', 4.5, 2],
    ['client_touched', 6, 3],
    ['expired', 7, null],
  ])
  await record(harness, 'snoozed', client.id)
})

test('a snooze that is ended early gives the touches back at once', async () => {
  const { client, from } = await invited()
  await journey.order(client.target, { do: 'snooze', until: from + 30 * DAY_MS })
  await journey.advanceTo(client, from + 2.5 * DAY_MS)
  expect(await timesOf(client, from, 'client_touched')).toEqual([])
  await journey.order(client.target, { do: 'resume' })
  await journey.advanceTo(client, from + 3.5 * DAY_MS)
  expect(await timesOf(client, from, 'client_touched')).toEqual([['client_touched', 2.5, 1]])
})

test('a declined onboarding reminds the practice, is given up after 90 days and cleaned up, and can be reopened', async () => {
  const { client } = await invited()
  const token = harness.tokenIn(await journey.mail(client, /^Join/))
  const at = await journey.now(client)
  const declined = await journey.order(client.target, { do: 'decline', reason: 'no_wish', by: 'client' })
  expect(declined).toMatchObject({ result: 'changed' })
  await harness.untilMessage(client.id, 'staff_declined', ['sent', 'delivered'])
  await journey.advanceTo(client, at + 91 * DAY_MS)
  expect(await harness.row(client.id)).toMatchObject({ status: 'gave_up', run: 1 })
  expect(await timesOf(client, at, 'client_touched', 'staff_touched', 'gave_up', 'cleaned')).toEqual([
    ['staff_touched', 2, 1],
    ['staff_touched', 5, 2],
    ['staff_touched', 10, 3],
    ['gave_up', 90, null],
    ['cleaned', 90, null],
  ])
  expect(await journey.ended(client)).toBe('COMPLETED')
  expect(await harness.owner`SELECT FROM link WHERE onboarding_id = ${client.id} AND ended_at IS NULL`).toHaveLength(0)
  expect(await journey.acceptWith(client, token)).toMatchObject({ refusal: { status: 'gave_up', allowed: ['reopen'] } })
  await record(harness, 'declined', client.id)

  expect(await journey.order(client.target, { do: 'reopen', steps: [] })).toMatchObject({ result: 'changed' })
  expect(await harness.row(client.id)).toMatchObject({ status: 'declined', run: 2 })
  expect(await invite(harness.commands, client.target, testActor, 'again', {})).toMatchObject({ result: 'changed' })
  await harness.untilMessage(client.id, 'new_link', ['sent', 'delivered'])
  expect(await journey.accept(client)).toMatchObject({ result: 'changed' })
  await journey.connectBank(client)
  await journey.connectBooks(client)
  await journey.map(client)
  expect(await harness.until(client.id, 'completed')).toMatchObject({ run: 2 })
  expect(await journey.ended(client, 2)).toBe('COMPLETED')
})
