import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { accept } from '../../../commands/invitations/accept.ts'
import { invite } from '../../../commands/invitations/invite.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'
import { journeyOf } from '../journey.ts'

const harness = forFile(startHarness)

const mailsTo = async (to: string): Promise<{ subject: string; text: string }[]> =>
  (await harness.control.call('GET', `/messages?to=${encodeURIComponent(to)}`)).messages

/** Creates a user of one client, through a received mail. */
async function someone() {
  const first = await harness.create({ name: 'Harbour Bakery Ltd' })
  await harness.untilMessage(first.id, 'invitation', ['sent', 'delivered'])
  const [mail] = await waitFor('the mail', async () => {
    const mails = await mailsTo(first.email)
    return mails.length > 0 && mails
  })
  await accept(harness.commands, first.target, await harness.linkId(harness.tokenIn(mail!)), null)
  return first.email
}

describe('an invitation to an address that somebody has on Embark', () => {
  test('is held back when it leaves, on every channel, until staff say that they are meant', async () => {
    const email = await someone()
    const other = await harness.createPractice()
    const phone = `+4477009${Math.floor(1e4 + Math.random() * 8e4)}`
    const client = await harness.create(
      { name: 'Tidewater Physio Ltd', email, phone, channels: ['email', 'sms'] },
      other,
    )
    await harness.untilMessage(client.id, 'invitation', ['suppressed'])
    await harness.untilMessage(client.id, 'invitation', ['suppressed'], 'sms')
    expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'address_in_use', move: 'practice' })
    expect(await harness.messages(client.id, 'staff_bounced')).toEqual([])
    expect((await mailsTo(email)).map(({ subject }) => subject)).not.toContainEqual(
      expect.stringContaining('Tidewater Physio Ltd'),
    )

    // Works at once: nothing was sent, so the minute between sends does not apply.
    const again = await invite(harness.commands, client.target, testActor, randomUUID(), { existingUser: true })
    expect(again).toMatchObject({ result: 'changed' })
    await waitFor(
      'the invitation to leave',
      async () =>
        (await harness.messages(client.id, 'invitation')).filter(
          ({ state }) => state === 'sent' || state === 'delivered',
        ).length === 2,
    )
    expect((await mailsTo(email)).map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/^Join Tidewater Physio Ltd: invitation from /),
    )
    expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'acceptance', move: 'client' })
  })

  test('goes at once where staff said so before, and to another address where they chose that', async () => {
    const email = await someone()
    const held = await harness.create({ email, name: 'Pennine Joinery LLP' })
    await harness.untilMessage(held.id, 'invitation', ['suppressed'])
    const address = `sam.${randomUUID().slice(0, 8)}@pennine.example`
    await invite(harness.commands, held.target, testActor, randomUUID(), { email: address })
    await harness.untilMessage(held.id, 'invitation', ['sent', 'delivered'])
    expect((await mailsTo(address)).map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Join Pennine Joinery LLP: invitation from /),
    ])
  })

  test('is not held back when the person is that very client’s', async () => {
    const email = await someone()
    const client = await harness.create({ email, name: 'Tidewater Physio Ltd' })
    await harness.untilMessage(client.id, 'invitation', ['suppressed'])
    await harness.owner`
      INSERT INTO organisation_member (practice_id, organisation_id, person_id, address, role, joined_at)
      SELECT o.practice_id, o.organisation_id, p.id, p.address, 'member', now()
      FROM onboarding o, portal.person p WHERE o.id = ${client.id} AND p.address = ${email}`
    await invite(harness.commands, client.target, testActor, randomUUID(), {})
    await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  })

  test('may be turned into a request to be let in, which is mailed, reminds, and is let in by the arbiter of all', async () => {
    const email = await someone()
    const client = await harness.create({ email, name: 'Harbour Bakery Ltd' })
    await harness.untilMessage(client.id, 'invitation', ['suppressed'])
    const ask = () => invite(harness.commands, client.target, testActor, randomUUID(), { asks: true })
    expect(await ask()).toMatchObject({ result: 'changed' })
    await harness.untilMessage(client.id, 'access_request', ['sent', 'delivered'])
    expect(await harness.row(client.id)).toMatchObject({ blocked_by: 'access_request', move: 'client' })
    expect(await ask()).toMatchObject({ result: 'refused', refusal: { code: 'resend_too_soon' } })
    const request = await waitFor('the request', async () =>
      (await mailsTo(email)).find(({ subject }) => / asks to work with Harbour Bakery Ltd$/.test(subject)),
    )
    expect(request.text).toContain('thinks you already have Harbour Bakery Ltd on Embark, and asks to see it.')

    const journey = journeyOf(harness)
    await journey.advanceTo(client, (await journey.now(client)) + 2.1 * DAY_MS)
    await waitFor('the reminder', async () =>
      (await mailsTo(email)).find(({ subject }) => /^Reminder: .* asks to work with /.test(subject)),
    )
    const linkId = await harness.linkId(harness.tokenIn(request))
    const twice = await Promise.all([0, 1].map(() => accept(harness.commands, client.target, linkId, null)))
    expect(twice.map(({ result }) => result).sort()).toEqual(['changed', 'unchanged'])
    const accepted = (await harness.events(client.id)).filter(({ kind }) => kind === 'accepted')
    expect(accepted.map(({ data }) => data)).toEqual([
      expect.objectContaining({ asks: true, consentWording: null, role: 'business_admin' }),
    ])
    expect(await harness.row(client.id)).toMatchObject({ status: 'accepted' })
  })

  test('may be skipped: then nobody is invited, and it completes without an acceptance', async () => {
    const email = await someone()
    const client = await harness.create({ email, name: 'Skipped Ltd', steps: { bank: 'skip', books: 'skip' } })
    await harness.untilMessage(client.id, 'invitation', ['suppressed'])
    const skip = () =>
      execute(harness.commands, client.target, {
        actor: testActor,
        command: { do: 'skip_invitation', requestId: randomUUID() },
      })
    expect(await skip()).toMatchObject({ result: 'changed' })
    await harness.until(client.id, 'completed')
    expect(await skip()).toMatchObject({ result: 'refused', refusal: { code: 'not_allowed' } })
  })
})
