import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { actOnRows } from '../../../commands/bulk.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { type Harness, startHarness, type TestPractice, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { historyOf } from '../history.ts'

/** The rate of the mail queue, and of the provider. */
const PER_SECOND = 2
/** Mails sent in the three seconds within which another practice's mail must leave. */
const WITHIN = PER_SECOND * 3

const harness = forFile(() => startHarness({ worker: 'none' }))

type Client = Awaited<ReturnType<Harness['create']>>

const invite = (count: number, practice: TestPractice) =>
  Promise.all(Array.from({ length: count }, (_, n) => harness.create({ name: `Client ${n} Ltd` }, practice)))

/** Waits until each has queued its mail; a few have left by then. */
const untilQueued = (clients: Client[]) =>
  waitFor(
    'all mails to be queued',
    async () => {
      const [row] = await harness.owner<{ n: number }[]>`
        SELECT count(*)::int AS n FROM onboarding
        WHERE id IN ${harness.owner(clients.map(({ id }) => id))} AND provisioned_at IS NOT NULL`
      return row?.n === clients.length
    },
    60_000,
  )

/** Counts the others' mails that started between the queueing and the start of this one. */
async function countAhead({ id }: Client, others: Client[]): Promise<number> {
  const [message] = await harness.owner<{ claimed: Date }[]>`
    SELECT claimed_at AS claimed FROM message WHERE onboarding_id = ${id} ORDER BY id DESC LIMIT 1`
  const { events } = await historyOf(harness, id)
  const scheduled = events.findLast(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED')
  const queuedAt = new Date(String(scheduled?.eventTime))
  const [row] = await harness.owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM message WHERE onboarding_id IN ${harness.owner(others.map((one) => one.id))}
      AND claimed_at > ${queuedAt} AND claimed_at < ${message?.claimed ?? null}`
  return row?.n ?? Number.NaN
}

describe('mails in a queue of two a second', () => {
  test('of one practice with many do not hold up the single mail of another', async () => {
    const worker = await harness.startInside({ mailPerSecond: PER_SECOND })
    try {
      const many = await invite(60, harness.practice)
      await untilQueued(many)
      const single = await harness.create({}, await harness.createPractice())
      await harness.untilMessage(single.id, 'invitation', ['sent', 'delivered'])
      expect(await countAhead(single, many)).toBeLessThanOrEqual(WITHIN)
      const waiting = await harness.owner`SELECT FROM message WHERE state = 'queued'`
      expect(waiting.length).toBeGreaterThan(WITHIN)
    } finally {
      await worker.stop()
    }
  })

  test('that somebody waits for go before those of a bulk act of the same practice', async () => {
    const practice = await harness.createPractice()
    const fast = await harness.startInside()
    const many = await invite(40, practice)
    const all = [...many.map(({ id }) => id)]
    for (const id of all) await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
    await fast.stop()
    const worker = await harness.startInside({ mailPerSecond: PER_SECOND })
    try {
      for (const id of all) await moveClock(harness.owner, id, 2 * MINUTE_MS)
      const acted = await actOnRows(
        harness.commands,
        practice.id,
        testActor,
        { do: 'resend', inviterName: null },
        all,
        null,
      )
      expect(acted.every(({ outcome }) => outcome.result === 'done')).toBe(true)
      // Any of them: the last of forty leaves twenty seconds after the first.
      await waitFor('the first of the bulk act', async () => {
        const [row] = await harness.owner<{ n: number }[]>`
          SELECT count(*)::int AS n FROM message WHERE purpose = 'new_link' AND state IN ('sent', 'delivered')
            AND onboarding_id IN ${harness.owner(all)}`
        return (row?.n ?? 0) > 0
      })
      const single = await harness.create({}, practice)
      await harness.untilMessage(single.id, 'invitation', ['sent', 'delivered'])
      expect(await countAhead(single, many)).toBeLessThanOrEqual(WITHIN)
    } finally {
      await worker.stop()
    }
  })
})

describe('a mail that the provider refuses', () => {
  test('ends as failed with its reason after five tries, and is not repeated by a rate limit’s header', async () => {
    const worker = await harness.startInside()
    try {
      const address = `refused.${randomUUID().slice(0, 8)}@harbour.example`
      await harness.control.fault({ provider: 'resend', kind: 'refused_sender', match: address, times: -1 })
      const { id } = await harness.create({ email: address })
      // The engine pauses 1, 2, 4 and 8 s between the five.
      const failed = async () => {
        const found = await harness.message(id, 'invitation')
        return found.state === 'failed' && found
      }
      const message = await waitFor('the mail to fail', failed, 50_000)
      expect([message.attempts, message.reason]).toEqual([5, 'The mail provider does not accept our sender address.'])
      expect(await harness.control.messagesTo(address)).toEqual([])
    } finally {
      await worker.stop()
    }
  }, 60_000)

  test('is held without a try spent while the provider’s operator has something to mend, however long', async () => {
    const worker = await harness.startInside()
    try {
      const address = `held.${randomUUID().slice(0, 8)}@harbour.example`
      await harness.control.fault({ provider: 'resend', kind: 'bad_key', match: address, times: 3 })
      const { id } = await harness.create({ email: address })
      const held = await waitFor('a second attempt', async () => {
        const message = await harness.message(id, 'invitation')
        return message.state === 'queued' && message.attempts === 2 && message
      })
      expect(held.reason).toBe('The mail provider does not accept our account; an operator must repair it.')
      // Moves the claim back, as if it had been held for more than a day.
      await harness.owner`UPDATE message SET claimed_at = claimed_at - interval '30 hours' WHERE id = ${held.id}`
      const sent = await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
      expect(sent.attempts).toBe(4)
      const [{ refusals } = { refusals: -1 }] = await harness.owner<{ refusals: number }[]>`
        SELECT refusals FROM message WHERE id = ${held.id}`
      expect(refusals).toBe(0)
    } finally {
      await worker.stop()
    }
  }, 60_000)

  test('that it never took in 20 hours is carried anew, and fails nothing', async () => {
    const worker = await harness.startInside()
    try {
      const address = `late.${randomUUID().slice(0, 8)}@harbour.example`
      await harness.control.fault({ provider: 'resend', kind: 'bad_key', match: address, times: 3 })
      const { id } = await harness.create({ email: address })
      const workflow = await harness.workflow(id)
      const pending = () =>
        waitFor('a send to wait for its next attempt', async () => {
          const [activity] = (await workflow.describe()).raw.pendingActivities ?? []
          return activity && (activity.attempt ?? 0) > 1 && activity
        })
      const first = await pending()
      await harness.temporal.workflowService.updateActivityOptions({
        namespace: harness.namespace,
        execution: { workflowId: workflow.workflowId },
        id: first.activityId,
        activityOptions: { scheduleToCloseTimeout: { nanos: 500_000_000 } },
        updateMask: { paths: ['schedule_to_close_timeout'] },
      })
      await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
      const { events } = await historyOf(harness, id)
      const types = events.map(({ eventType }) => String(eventType).replace('EVENT_TYPE_', ''))
      expect(types).toContain('ACTIVITY_TASK_TIMED_OUT')
      expect(types.filter((type) => type === 'ACTIVITY_TASK_SCHEDULED')).toHaveLength(2)
      expect(await harness.messages(id, 'staff_bounced')).toEqual([])
    } finally {
      await worker.stop()
    }
  }, 60_000)
})
