import { expect, test } from 'vitest'
import { DAY_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { startHarness } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { found, historyOf } from '../history.ts'
import { type Client, journeyOf } from '../journey.ts'

// The texts that an operator reads in the engine's UI, read back from the engine.

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

const decoded = (payload: { data?: unknown } | null | undefined): string | null =>
  payload?.data ? JSON.parse(Buffer.from(payload.data as Uint8Array).toString()) : null

/** Returns the summaries of a run's events, in order. */
async function summariesOf({ id }: Client, run?: number): Promise<string[]> {
  const { events } = await (await harness.workflow(id, run)).fetchHistory()
  return (events ?? []).flatMap((event) => {
    const summary = decoded(event.userMetadata?.summary)
    const kind = event.timerStartedEventAttributes
      ? 'timer'
      : event.activityTaskScheduledEventAttributes
        ? 'activity'
        : event.markerRecordedEventAttributes
          ? 'step'
          : 'workflow'
    return summary === null ? [] : [`${kind}: ${summary}`]
  })
}

/** Returns the present details, by the query that the engine's UI uses. */
async function detailsOf({ id }: Client): Promise<string> {
  const handle = await harness.workflow(id)
  const metadata = (await handle.query('__temporal_workflow_metadata')) as { currentDetails?: string }
  return metadata.currentDetails ?? ''
}

const referenceOf = async ({ id }: Client): Promise<string> => {
  const [row] = await harness.owner<{ reference: string }[]>`SELECT g.reference FROM organisation g
    JOIN onboarding o ON o.organisation_id = g.id WHERE o.id = ${id}`
  return row!.reference
}

test('timers, activities and the workflow say in the engine what they are for, and nothing personal', async () => {
  const client = await harness.create({ name: 'Quillfeather Bakery Ltd', contactName: 'Ottilie Vandersnoot' })
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  const reference = await referenceOf(client)
  const invited = await waitFor('the details', async () => {
    const details = await detailsOf(client)
    return details.includes('Messages leaving: 0') && details
  })
  expect(invited).toContain(`**${reference}**, run 1`)
  expect(invited).toContain('Stage: invited')
  expect(invited).toContain('Open steps: bank, books, mapping')
  expect(invited).toMatch(/Next: Reminder 1 to the client, \d{4}-\d\d-\d\dT\d\d:\d\d/)

  await journey.advanceTo(client, (await journey.now(client)) + 2 * DAY_MS + 60_000)
  await waitFor('the reminder', async () => (await harness.control.messagesTo(client.email)).length === 2)
  await journey.accept(client)
  await journey.connectBank(client)
  await journey.connectBooks(client, 'Quillfeather Bakery Ltd')
  await journey.map(client)
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')
  const summaries = await summariesOf(client)
  expect(summaries[0]).toBe('workflow: New client')
  expect(summaries).toEqual(
    expect.arrayContaining([
      'activity: Send 1 email',
      'timer: Reminder 1 to the client',
      'step: Reminder 1 to the client',
      'step: Complete',
    ]),
  )
  expect(await detailsOf(client)).toContain('Stage: completed')
  const history = await historyOf(harness, client.id)
  expect(found(history, ['Quillfeather', 'Ottilie', 'Vandersnoot', 'Bakery', '@', client.email])).toEqual([])
})

test('a run that is started again carries the client reference as its summary', async () => {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await (await harness.workflow(client.id)).terminate('a test')
  await waitFor('a pass to start it', async () => (await harness.worker.reconcileNow()) > 0)
  const reference = await referenceOf(client)
  await waitFor('its summary', async () => (await summariesOf(client))[0] === `workflow: ${reference}`)
})
