import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execute, type Target } from '../../../commands/execute.ts'
import { accept } from '../../../commands/invitations/accept.ts'
import { moveClock } from '../../../dev/demo/advance.ts'
import type { Command } from '../../../domain/commands.ts'
import type { MessagePurpose } from '../../../domain/messages.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { messagesOf } from '../../../messages/outbox/clientMessages.ts'
import { renderEmail, renderSms } from '../../../messages/outbox/render.ts'
import { connectors } from '../../../providers/connectors.ts'
import { someBank } from '../client/someBank.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  // A short address, so that a link fits into a text.
  api = await startStaffApi({ banks: connectors(someBank) })
})
afterAll(() => api?.stop())

async function practiceOf(choices: object = {}) {
  const practice = await api.createPractice()
  const cookie = await api.signIn(await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' }))
  const as = async (method: string, path: string, body?: object) => {
    const answer = await api.callAs(cookie, path, {
      method,
      ...(body && { body }),
      headers: { 'idempotency-key': randomUUID() },
    })
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.text}`)
    return answer.body
  }
  await as('PATCH', 'practice', { reasonBank: 'To do your VAT.', tellsExpired: true, ...choices })
  /** Adds a client; `lives` is what it lives through, by commands. */
  const add = async (changes: object = {}) => {
    const { id } = await as('POST', 'onboardings', {
      organisation: { name: 'Foxglove & Daughters Ltd' },
      invitation: { name: 'Jo Marsden', email: `jo.${randomUUID().slice(0, 6)}@fox.example`, message: 'Hi Jo.' },
      ...changes,
    })
    const target: Target = { practiceId: practice.id, onboardingId: id }
    const command = async (given: Command) => {
      const done = await execute(api.deps.commands, target, { actor: { type: 'system', id: null }, command: given })
      expect([given.do, done.result]).toEqual([given.do, 'changed'])
    }
    await command({ do: 'provision' })
    return {
      id,
      target,
      as,
      command,
      /** Moves the client's own clock. */
      later: (ms: number) => moveClock(api.owner, id, ms),
      /** Accepts by the link that the newest mail carries. */
      accept: async () => {
        const [link] = await api.owner<{ id: string }[]>`
          SELECT id FROM link WHERE onboarding_id = ${id} AND ended_at IS NULL ORDER BY created_at DESC LIMIT 1`
        expect((await accept(api.deps.commands, target, link!.id, null)).result).toBe('changed')
      },
    }
  }
  return { as, add }
}
type Client = Awaited<ReturnType<Awaited<ReturnType<typeof practiceOf>>['add']>>

/** Returns every mail and text of the purpose that is due, as the activity would send them; links are made alike. */
async function sentOf({ id, target }: Client, purpose: MessagePurpose) {
  const due = await api.owner<{ id: string }[]>`
    SELECT id FROM message WHERE onboarding_id = ${id} AND purpose = ${purpose} AND state = 'queued' ORDER BY id`
  const sent = []
  for (const { id: messageId } of due) {
    const outbox = messagesOf({ ...api.deps, takeTurn: async () => true }, target)
    const claim = await outbox.transact((unit) => outbox.claim(unit, messageId))
    if (claim.do !== 'send') throw new Error(`${purpose} is not sent: ${claim.do}`)
    const { message } = claim
    if (message.channel === 'sms') sent.push({ form: 'text', text: alike(renderSms(api.deps, message).body) })
    else {
      const { from, replyTo, subject, html, text } = renderEmail(api.deps, message)
      sent.push({ form: 'mail', from, replyTo, subject, html: alike(html), text: alike(text) })
    }
  }
  return sent
}

const alike = (text: string): string => text.replaceAll(/\/j\/[\w-]+/g, '/j/TOKEN')

/** Returns the preview of the same forms. */
async function previewOf({ id, as }: Client, kind: string, forms: string[]) {
  const shown = []
  for (const form of forms) {
    const { subject, from, replyTo, html, text } = await as('POST', 'practice/preview', {
      kind,
      form,
      onboardingId: id,
    })
    if (form === 'text') shown.push({ form, text: alike(text) })
    else shown.push({ form, from, replyTo, subject, html: alike(html), text: alike(text) })
  }
  return shown
}

async function isPreviewed(client: Client, purpose: MessagePurpose, kind: string): Promise<string> {
  const sent = await sentOf(client, purpose)
  expect(sent.map(({ form }) => form)).not.toEqual([])
  expect(
    await previewOf(
      client,
      kind,
      sent.map(({ form }) => form),
    ),
  ).toEqual(sent)
  return sent.map((one) => one.subject ?? one.text).join('\n')
}

describe('a preview is what would be sent', () => {
  test('the invitation, by mail and text, of a business and of a self-employed person', async () => {
    const { add } = await practiceOf({ name: 'Marsh' })
    const both = await add({
      organisation: { name: 'Fox Ltd' },
      invitation: { name: 'Jo Marsden', email: 'jo@fox.example', phone: '07911 123456', channels: ['email', 'sms'] },
    })
    expect(await isPreviewed(both, 'invitation', 'invitation')).toContain('Join Fox Ltd')
    const person = await add({
      organisation: {
        name: 'Ada Whitlock',
        kind: 'self_employed',
        contact: { name: 'Ada Whitlock', email: 'ada@fox.example' },
        incomeSources: [{ name: 'Painting', type: 'self_employment' }],
      },
    })
    expect(await isPreviewed(person, 'invitation', 'invitation')).toContain('asks you to connect your bank')
  })

  test('a new link after the bank was done by hand asks only to join', async () => {
    const { add, as } = await practiceOf()
    const client = await add()
    await as('POST', `onboardings/${client.id}/steps/bank/complete`, { evidence: 'Statements by post' })
    await sentOf(client, 'invitation')
    await client.later(2 * 60_000)
    await as('POST', `onboardings/${client.id}/invitations`, {})
    expect(await isPreviewed(client, 'new_link', 'new_link')).toBe('New link: join Foxglove & Daughters Ltd')
  })

  test('each reminder before acceptance', async () => {
    const { add } = await practiceOf()
    const client = await add()
    await sentOf(client, 'invitation')
    for (const number of [1, 2, 3]) {
      await client.later(2 * DAY_MS + 3_600_000)
      await client.command({ do: 'remind' })
      await isPreviewed(client, 'client_touch', `reminder_${number}`)
    }
  })

  test('the reminder after acceptance, of the bank and of the books', async () => {
    const { add, as } = await practiceOf()
    const client = await add({ steps: { bank: 'client', books: 'client', mapping: 'practice' } })
    await sentOf(client, 'invitation')
    await client.accept()
    await client.later(2 * DAY_MS + 3_600_000)
    await client.command({ do: 'remind' })
    expect(await isPreviewed(client, 'client_touch', 'bank_left')).toContain('One step left')
    await as('POST', `onboardings/${client.id}/steps/bank/complete`, { evidence: 'Statements by post' })
    await client.later(3 * DAY_MS)
    await client.command({ do: 'remind' })
    await isPreviewed(client, 'client_touch', 'books_left')
  })

  test('the question if the shared banks are all, and the request for another one', async () => {
    const { add, as } = await practiceOf()
    const client = await add()
    const { name } = await as('GET', 'practice')
    for (const [onboardingId, organisation] of [
      [null, 'Harbour Bakery Ltd'],
      [client.id, 'Foxglove & Daughters Ltd'],
    ]) {
      const said = (kind: string) => as('POST', 'practice/preview', { kind, form: 'mail', onboardingId })
      expect((await said('all_banks')).subject).toBe(`Are these all the banks of ${organisation}?`)
      expect((await said('another_bank')).subject).toBe(`${name} asks for another bank`)
    }
  })

  test('that the link has expired, and that the invitation is withdrawn', async () => {
    const { add, as } = await practiceOf()
    const expired = await add()
    await sentOf(expired, 'invitation')
    await expired.later(8 * DAY_MS)
    await expired.command({ do: 'expire' })
    await isPreviewed(expired, 'client_expired', 'expired')
    const withdrawn = await add()
    await sentOf(withdrawn, 'invitation')
    await as('POST', `onboardings/${withdrawn.id}/cancel`, { reason: 'Left us', tellClient: true })
    await withdrawn.later(60_000)
    await withdrawn.command({ do: 'clean_up' })
    await isPreviewed(withdrawn, 'client_withdrawn', 'withdrawn')
  })

  test('that all is done, with what is shared and no more', async () => {
    const { add, as } = await practiceOf()
    const client = await add()
    await sentOf(client, 'invitation')
    await client.accept()
    for (const step of ['bank', 'books']) {
      await as('POST', `onboardings/${client.id}/steps/${step}/complete`, { evidence: 'By hand' })
    }
    await client.command({ do: 'complete' })
    await isPreviewed(client, 'client_done', 'done')
  })
})

test('the frame of a preview may show the pictures that a client’s page shows', async () => {
  const imagesOf = async (path: string) => {
    const policy = (await fetch(`${api.url}${path}`)).headers.get('content-security-policy') ?? ''
    return policy.split('; ').find((one) => one.startsWith('img-src'))
  }
  expect(await imagesOf('/preview-frame')).toBe(await imagesOf('/j/unknown'))
  expect(await imagesOf('/preview-frame')).toContain('data:')
})
