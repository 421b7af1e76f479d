import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { accept } from '../../../commands/invitations/accept.ts'
import { decline } from '../../../commands/invitations/decline.ts'
import { invite } from '../../../commands/invitations/invite.ts'
import { link } from '../../../commands/invitations/link.ts'
import { reportToPractice } from '../../../commands/invitations/reportToPractice.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { recordDelivery } from '../../../messages/outbox/recordDelivery.ts'
import { advance, skip } from '../../advance.ts'
import { forFile } from '../../forFile.ts'
import { startHarness, testActor } from '../../harness.ts'
import { waitFor } from '../../waitFor.ts'

const harness = forFile(startHarness)

const newPhone = () => `+44791${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`
/** Returns the newest message to an address, once there are `count`. */
const newest = (to: string, count: number) =>
  waitFor(`${count} messages to ${to}`, async () => {
    const sent = await harness.control.messagesTo(to)
    return sent.length >= count && sent[0]
  })
/** Creates a practice, so that its mails are those of one test. */
const alone = () => harness.createPractice({ sender_name: 'Marsh "M" Lowe', reply_to: 'hello@marsh.example' })

test('each mail and text to the client says what its moment asks for', async () => {
  const phone = newPhone()
  const { id, email, target } = await harness.create({ channels: ['email', 'sms'], phone }, await alone())
  const invitation = await newest(email, 1)
  expect(invitation.from).toBe('"Marsh \\"M\\" Lowe" <hello@mail.embark.example>')
  const firstText = await newest(phone, 1)

  await skip(harness, id, 61_000)
  await invite(harness.commands, target, testActor, randomUUID(), {})
  const again = await newest(email, 2)
  expect(again.subject).toBe('New link: join Harbour Bakery Ltd')
  expect(again.text).toContain('Here is the link Priya Shah sent.')
  const againText = await newest(phone, 2)
  expect(againText.text).toContain('new link for Harbour Bakery Ltd, older ones no longer work')
  expect(harness.tokenIn(againText)).not.toBe(harness.tokenIn(firstText))

  const linkId = await harness.linkId(harness.tokenIn(againText))
  expect(await accept(harness.commands, target, linkId, null)).toMatchObject({ result: 'changed' })
  await skip(harness, id, 61_000)
  await link(harness.commands, target, { type: 'client', id: linkId }, randomUUID(), 'email')
  const onward = await newest(email, 3)
  expect(onward.subject).toBe('Your link to carry on with Harbour Bakery Ltd')
  expect(onward.text).toContain('Here is the link you asked for.')
  expect(harness.tokenIn(onward)).not.toBe(harness.tokenIn(again))

  await advance(harness, id, 2 * DAY_MS)
  const touched = await newest(email, 4)
  expect(touched.subject).toBe('One step left for Harbour Bakery Ltd')
  expect(harness.tokenIn(touched)).toBe(harness.tokenIn(onward))
})

test('a client who has only to join is asked only to join', async () => {
  const phone = newPhone()
  const { id } = await harness.create({ channels: ['sms'], email: null, phone, steps: { bank: 'skip' } })
  expect((await newest(phone, 1)).text).toMatch(
    /^Marsh & Lowe: join Harbour Bakery Ltd: http\S+ by .+\. Unsure\? Call us first\.$/,
  )
  await advance(harness, id, 6.5 * DAY_MS)
  const [last, second, first] = await harness.control.messagesTo(phone)
  expect(first!.text).toContain('still needs you to join')
  expect(second!.text).toContain('still needs you to join')
  expect(last!.text).toContain('last reminder')
})

test('a bounce is told to the practice with its address and reason, and stops the reminders', async () => {
  const practice = await alone()
  const { id, email } = await harness.create({}, practice)
  const sent = await newest(email, 1)
  const message = await harness.untilMessage(id, 'invitation', ['sent'])
  await recordDelivery(harness.commands, 'resend', {
    providerEventId: randomUUID(),
    messageId: message.id,
    providerId: sent.providerId,
    state: 'bounced',
    reason: 'the mailbox does not exist',
    at: new Date(),
  })
  const told = await newest(practice.notificationEmail, 1)
  expect(told.subject).toBe('Harbour Bakery Ltd: email bounced')
  expect(told.text).toContain(`The invitation to Jo at ${email} bounced`)
  expect(told.text).toContain('he mailbox does not exist')
  await advance(harness, id, 2 * DAY_MS + 60_000)
  expect((await newest(practice.notificationEmail, 2)).subject).toBe('Harbour Bakery Ltd: waiting for you')
  expect(await harness.control.messagesTo(email)).toHaveLength(1)
})

test('a decline is told to the practice in plain words, with whom they named', async () => {
  const practice = await alone()
  const { email, target } = await harness.create({}, practice)
  const linkId = await harness.linkId(harness.tokenIn(await newest(email, 1)))
  await decline(
    harness.commands,
    target,
    { type: 'client', id: linkId },
    randomUUID(),
    'not_the_right_person',
    'Sam Reed',
  )
  const told = await newest(practice.notificationEmail, 1)
  expect(told.subject).toBe('Harbour Bakery Ltd: invitation declined')
  expect(told.text).toContain('I’m not the right person and named Sam Reed')
})

test('two things told before either mail could leave: each mail says its own', async () => {
  const practice = await alone()
  const { id, email, target } = await harness.create({}, practice)
  await newest(email, 1)
  await harness.untilMessage(id, 'invitation', ['sent', 'delivered'])
  const fault = await harness.control.fault({
    provider: 'resend',
    kind: 'rate_limited',
    match: practice.notificationEmail,
    times: 2,
  })
  for (const about of ['which_bank', 'open_again'] as const) {
    const said = { about, text: about === 'which_bank' ? 'Coastal Building Society' : null, name: null, email: null }
    await reportToPractice(harness.commands, target, { type: 'client', id: null }, randomUUID(), said)
  }
  await newest(practice.notificationEmail, 2)
  await fault()
  const told = await harness.control.messagesTo(practice.notificationEmail)
  expect(told.map((mail) => mail.subject).sort()).toEqual([
    'Harbour Bakery Ltd: asks to open the invitation again',
    'Harbour Bakery Ltd: bank not found',
  ])
  expect(told.map((mail) => mail.text).join()).toContain('Coastal Building Society')
})

test('an onboarding without an invitation reminds the practice on days 2, 5 and 10', async () => {
  const practice = await alone()
  const { id } = await harness.create({ channels: null }, practice)
  await harness.until(id, 'not_invited')
  await advance(harness, id, 11 * DAY_MS)
  const told = await harness.control.messagesTo(practice.notificationEmail)
  expect(told.map((mail) => mail.subject)).toEqual(Array(3).fill('Harbour Bakery Ltd: waiting for you'))
  expect(told[0]!.text).toContain('Invite the client, since')
})
