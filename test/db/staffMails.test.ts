import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { execute, type Target } from '../../commands/execute.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { visitClient } from '../../commands/support/visit.ts'
import { writeNoticeSettings } from '../../db/notices/noticeSettings.ts'
import type { Command } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import { digestDayOf } from '../../domain/practice/digests.ts'
import { DEFAULT_NOTICES, NOTICE_KINDS } from '../../domain/practice/notices.ts'
import { DAY_MS, HOUR_MS } from '../../domain/situation.ts'
import { TEMPLATE_VERSION } from '../../messages/compose/inputs.ts'
import { messagesOf } from '../../messages/outbox/clientMessages.ts'
import { makeDigests } from '../../messages/outbox/digests.ts'
import { sendStaffMails } from '../../messages/outbox/staffMails.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { Connectors } from '../../providers/connectors.ts'
import type { EmailProvider, Mail, SendOutcome } from '../../providers/email/email.ts'
import type { SmsProvider } from '../../providers/sms/sms.ts'
import { ask } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'
import { createFivePeople, type FivePeople } from './fivePeople.ts'
import { walkingOn } from './walking.ts'

const with_ = forFile(startEngineAway)
let shift: ReturnType<typeof walkingOn>['shift']
beforeAll(async () => {
  shift = walkingOn(with_).shift
})

const client: Actor = { type: 'client', id: null }
const system: Actor = { type: 'system', id: null }
const publicUrl = 'https://embark.example'
const linkKeys = [{ id: 'k1', key: Buffer.alloc(32, 7) }]
const fail = (_id: string, error: unknown) => {
  throw error
}

/** A provider that sends once for each key, as the real one does, and may fail after sending. */
function provider() {
  const delivered = new Map<string, Mail>()
  const calls: { key: string; mail: Mail }[] = []
  const state: { ends: SendOutcome | 'dies' | null } = { ends: null }
  const email: EmailProvider = {
    name: 'test',
    readWebhook: () => null,
    send: async (mail, key) => {
      calls.push({ key, mail })
      const refused = state.ends !== null && state.ends !== 'dies' && state.ends.outcome !== 'unknown'
      if (!refused && !delivered.has(key)) delivered.set(key, mail)
      if (state.ends === 'dies') throw new Error('killed')
      return state.ends ?? { outcome: 'accepted', providerId: key }
    },
  }
  return { email, calls, state, delivered }
}
let sent: ReturnType<typeof provider>
beforeEach(async () => {
  sent = provider()
  await with_.owner`UPDATE staff_mail SET state = 'nothing', recipient = NULL, inputs = NULL WHERE state = 'queued'`
})
const sending = () => ({
  commands: with_.worker,
  email: sent.email,
  takeTurn: async () => true,
  emailFrom: 'Embark <mail@embark.example>',
  publicUrl,
  linkKeys,
  // No text goes to a colleague.
  sms: {} as SmsProvider,
  banks: {} as Connectors<BankConnector>,
})
const send = () => sendStaffMails(sending(), fail)
/** Returns recipients and subjects, by the name before the dot. */
const letters = () => [...sent.delivered.values()].map(({ to, subject }) => `${to.split('.')[0]}: ${subject}`).sort()

const lettersOf = async ({ practiceId }: FivePeople) => {
  const people = await with_.owner<{ email: string }[]>`
    SELECT p.email FROM identity.person p JOIN membership m ON m.user_id = p.id WHERE m.practice_id = ${practiceId}`
  return [...sent.delivered.values()].filter(({ to }) => people.some(({ email }) => email === to))
}

const by = (target: Target, actor: Actor, command: Command) => execute(with_.api, target, { actor, command })
const managedBy = (target: Target, person: string) =>
  with_.owner`UPDATE organisation SET account_manager_id = ${person} WHERE id = (
    SELECT organisation_id FROM onboarding WHERE id = ${target.onboardingId})`
const choose = (practice: FivePeople, person: string, changes: Partial<typeof DEFAULT_NOTICES>) =>
  with_.api.db.inPractice(practice.practiceId, (tx) =>
    writeNoticeSettings(tx, person, { ...DEFAULT_NOTICES, ...changes }),
  )

/** Returns the recipient of the message of this purpose, as its activity would send it. */
async function recipientOf(target: Target, purpose: string): Promise<string | null> {
  const [message] = await with_.owner<{ id: string }[]>`
    SELECT id FROM message WHERE onboarding_id = ${target.onboardingId} AND purpose = ${purpose}`
  const outbox = messagesOf(sending(), target)
  const claim = await outbox.transact((unit) => outbox.claim(unit, message!.id))
  return claim.do === 'send' ? claim.message.recipient : null
}

describe('a mail at once', () => {
  test('goes to each colleague who wants it at their own address, once; the practice’s is for when nobody does', async () => {
    const practice = await createFivePeople(with_)
    const target = await with_.create(practice.practiceId)
    await by(target, client, ask.decline())
    expect(await recipientOf(target, 'staff_declined')).toMatch(/^ada\./)
    await send()
    await send()
    expect(letters()).toEqual(['ben: Harbour Bakery Ltd: invitation declined'])
    for (const person of [practice.ada, practice.ben]) await choose(practice, person, { email: [] })
    const other = await with_.create(practice.practiceId)
    await by(other, client, ask.decline())
    expect(await recipientOf(other, 'staff_declined')).toBe('office@marsh.example')
    await send()
    expect(letters()).toHaveLength(1)
  })

  test('says what happened, of every kind there is', async () => {
    const practice = await createFivePeople(with_)
    const { cy } = practice
    await choose(practice, cy, { email: [...NOTICE_KINDS] })
    // Another colleague has the message of the same event, so this one gets a separate mail.
    await choose(practice, practice.ada, { clients: 'all' })
    const managed = async () => {
      const target = await with_.create(practice.practiceId)
      await by(target, { type: 'staff', id: practice.ben }, { do: 'assign', requestId: randomUUID(), managerId: cy })
      await managedBy(target, cy)
      return target
    }
    const [done, expiring, bouncing, no] = [await managed(), await managed(), await managed(), await managed()]
    await by(done, system, { do: 'provision' })
    await accept(with_.api, done, await with_.ensureLink(done), null)
    await by(done, client, ask.start('bank'))
    await by(done, client, ask.fail('bank', 'refused'))
    await by(done, client, ask.connect('bank'))
    await by(done, { type: 'staff', id: practice.ben }, ask.connect('books'))
    await by(done, { type: 'staff', id: practice.ben }, ask.map())
    await by(done, system, { do: 'complete' })
    await shift(expiring, 8 * DAY_MS)
    await by(expiring, system, { do: 'expire' })
    await visitClient(with_.api, expiring, { type: 'support', id: (await createFivePeople(with_)).ada }, 'Ticket 4711')
    const message = (await with_.read(bouncing)).facts.messages[0]!
    const outbox = messagesOf(sending(), bouncing)
    await outbox.transact((unit) => outbox.claim(unit, message.id))
    await by(bouncing, system, { do: 'move_message', messageId: message.id, to: 'bounced', reason: 'no such mailbox' })
    await by(no, client, ask.decline())
    await send()
    const of = (name: string) => letters().filter((one) => one.startsWith(`${name}: `))
    expect([...new Set(of('cy').map((one) => one.split('Ltd: ')[1]))].sort()).toEqual([
      'accepted',
      'assigned to you',
      'bank connected',
      'email bounced',
      'invitation declined',
      'invitation expired',
      'not connected',
      'ready to go',
      'support was there',
    ])
    const bounced = [...sent.delivered.values()].find(({ subject }) => subject.endsWith('email bounced'))
    expect(bounced?.text).toContain('no such mailbox')
  })

  test('that was taken while the worker died is sent once, in the same bytes, whoever goes on', async () => {
    const practice = await createFivePeople(with_)
    await by(await with_.create(practice.practiceId), client, ask.decline())
    sent.state.ends = 'dies'
    await expect(send()).rejects.toThrow('killed')
    expect(await send()).toBe(0)
    sent.state.ends = { outcome: 'unknown', reason: 'no answer' }
    const again = () => with_.owner`UPDATE staff_mail SET retry_at = now() WHERE state = 'queued'`
    await again()
    await with_.owner`UPDATE identity.person SET name = 'Benjamin', email = 'other@staff.example' WHERE id = ${practice.ben}`
    await send()
    sent.state.ends = null
    await again()
    expect((await Promise.all([send(), send(), send()])).reduce((sum, n) => sum + n)).toBe(1)
    expect(sent.delivered.size).toBe(1)
    expect(sent.calls).toHaveLength(3)
    expect(new Set(sent.calls.map((call) => JSON.stringify(call))).size).toBe(1)
    const [row] = await with_.owner`SELECT state, recipient, inputs FROM staff_mail WHERE person_id = ${practice.ben}`
    expect(row).toEqual({ state: 'sent', recipient: null, inputs: null })
  })

  test('is tried again later where the provider wants that, and not at all where it refuses, or after 20 hours', async () => {
    const practice = await createFivePeople(with_)
    const stateOf = async () =>
      (
        await with_.owner<{ state: string }[]>`SELECT state FROM staff_mail WHERE person_id = ${practice.ben}
        ORDER BY id DESC LIMIT 1`
      )[0]?.state
    const declines = async () => by(await with_.create(practice.practiceId), client, ask.decline())
    await declines()
    sent.state.ends = { outcome: 'later', reason: 'busy', retryAfterMs: 60_000 }
    await send()
    await send()
    expect([sent.calls.length, await stateOf()]).toEqual([1, 'queued'])
    await with_.owner`UPDATE staff_mail SET retry_at = now(), claimed_at = now() - interval '21 hours' WHERE state = 'queued'`
    await send()
    expect([sent.calls.length, await stateOf()]).toEqual([1, 'given_up'])
    await declines()
    sent.state.ends = { outcome: 'refused', state: 'suppressed', reason: 'blocked' }
    await send()
    await send()
    expect([sent.calls.length, await stateOf()]).toEqual([2, 'refused'])
  })

  test('is not sent to whoever has left, or may not see the client any more', async () => {
    const practice = await createFivePeople(with_)
    const [left, hidden] = [await with_.create(practice.practiceId), await with_.create(practice.practiceId)]
    await managedBy(left, practice.cy)
    await managedBy(hidden, practice.dot)
    for (const person of [practice.cy, practice.dot]) await choose(practice, person, { email: ['failed'] })
    for (const target of [left, hidden]) {
      await by(target, client, ask.start('bank'))
      await by(target, client, ask.fail('bank', 'refused'))
    }
    await with_.owner`DELETE FROM membership WHERE user_id = ${practice.cy}`
    await managedBy(hidden, practice.eve)
    await send()
    expect(letters()).toEqual([])
  })
})

describe('the digest', () => {
  /** Returns half an hour after the next digest is due that looks back on the present day. */
  const nextMorning = () => {
    for (let at = Date.now() + HOUR_MS; ; at += HOUR_MS) {
      const day = digestDayOf(at, 'Europe/London')
      if (day && day.from > Date.now()) return day.at + HOUR_MS / 2
    }
  }
  const make = (now = nextMorning()) => makeDigests({ commands: with_.worker, publicUrl }, now, fail)

  test('tells each in the morning what needs them, what was and what will be, once; none where nothing does', async () => {
    const practice = await createFivePeople(with_)
    const bakery = await with_.create(practice.practiceId, ['email'], 'Harbour Bakery Ltd')
    const cycles = await with_.create(practice.practiceId, ['email'], 'Quay Cycles Ltd')
    const physio = await with_.create(practice.practiceId, ['email'], 'Tidewater Physio Ltd')
    await managedBy(cycles, practice.cy)
    await managedBy(physio, practice.cy)
    await by(bakery, client, ask.decline())
    await by(cycles, client, ask.decline())
    await accept(with_.api, physio, await with_.ensureLink(physio), null)
    await choose(practice, practice.eve, { clients: 'all', email: [] })
    await choose(practice, practice.ben, { digest: [], email: [] })
    await with_.owner`UPDATE staff_mail SET state = 'nothing' WHERE state = 'queued'`
    await Promise.all([make(), make()])
    expect(await make()).toBe(0)
    await send()
    await make(nextMorning() + HOUR_MS)
    await send()
    const mails = await lettersOf(practice)
    const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', weekday: 'short' }).format(nextMorning())
    expect(mails.map(({ to }) => to.split('.')[0]).sort()).toEqual(['ada', 'cy'])
    const cys = mails.find(({ to }) => to.startsWith('cy'))!
    expect(cys.subject).toMatch(new RegExp(`^Embark, ${day} \\d+ \\w{3}: 1 needs you$`))
    const paragraphs = cys.text.split('\n\n')
    expect(paragraphs).toContain(day === 'Mon' ? 'Since Friday' : 'Yesterday')
    expect(cys.text).toMatch(
      /Quay Cycles Ltd <https:\/\/embark\.example\/clients\/[0-9a-f-]+>: Declined with a reason, since/,
    )
    expect(paragraphs).toContain('2 invited, 1 accepted, 0 banks connected, 0 completed')
    expect(paragraphs).toContain('Accepted: Tidewater Physio Ltd')
    expect(paragraphs).toContain('0 reminders go out, 0 links expire')
    expect(cys.text).not.toContain('Harbour Bakery')
    expect(mails.find(({ to }) => to.startsWith('ada'))?.text).toContain('Harbour Bakery Ltd')
    const [kept] = await with_.owner<{ n: number }[]>`
      SELECT count(*)::int AS n FROM staff_mail WHERE practice_id = ${practice.practiceId} AND inputs IS NOT NULL`
    expect(kept?.n).toBe(0)
  })

  test('counts the reminders of the day: one after all of the invitation’s too, but no look at the bank', async () => {
    const practice = await createFivePeople(with_)
    const [declined, reminded, other, atBank] = [
      await with_.create(practice.practiceId),
      await with_.create(practice.practiceId),
      await with_.create(practice.practiceId),
      await with_.create(practice.practiceId),
    ]
    for (const target of [declined, reminded, other, atBank]) await managedBy(target, practice.cy)
    await by(declined, client, ask.decline())
    for (const target of [reminded, other, atBank]) {
      await accept(with_.api, target, await with_.ensureLink(target), null)
      await by(target, system, ask.skip('books'))
    }
    const now = nextMorning()
    const due = new Date(now + HOUR_MS)
    const waking = [reminded, other, atBank].map(({ onboardingId }) => onboardingId)
    await with_.owner`
      UPDATE onboarding SET wake_at = ${due}, client_series = 'invited-1', client_touch_n = 3 WHERE id = ANY (${waking})`
    await with_.owner`
      INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status_at, created_at, expires_at, next_poll_at)
      SELECT practice_id, id, 'bank', 'test', 'client', now(), now(), now(), wake_at FROM onboarding
      WHERE id = ${atBank.onboardingId}`
    await with_.owner`UPDATE staff_mail SET state = 'nothing' WHERE state = 'queued'`
    await make(now)
    await send()
    const cys = (await lettersOf(practice)).find(({ to }) => to.startsWith('cy'))
    expect(cys?.text).toContain('2 reminders go out')
  })

  test('that died in the middle is made and sent once; whoever comes after its hour gets the next', async () => {
    const practice = await createFivePeople(with_)
    await by(await with_.create(practice.practiceId), client, ask.decline())
    await with_.owner`UPDATE staff_mail SET state = 'nothing' WHERE state = 'queued'`
    const now = nextMorning()
    await with_.owner`UPDATE membership SET created_at = ${new Date(now)} WHERE user_id = ${practice.ben}`
    await make(now)
    // The process died before the day was marked as done.
    await with_.owner`DELETE FROM digest_day WHERE practice_id = ${practice.practiceId}`
    await make(now)
    sent.state.ends = 'dies'
    await send().catch(() => {})
    sent.state.ends = null
    await with_.owner`UPDATE staff_mail SET retry_at = now() WHERE state = 'queued'`
    await send()
    const [adas] = await with_.owner<{ id: string }[]>`
      SELECT id FROM staff_mail WHERE person_id = ${practice.ada} AND day IS NOT NULL`
    expect(sent.calls.filter(({ key }) => key === adas?.id).length).toBeLessThanOrEqual(2)
    expect((await lettersOf(practice)).map(({ to }) => to.split('.')[0])).toEqual(['ada'])
  })

  test('a zone that does not exist keeps no other practice from its digests', async () => {
    const practice = await createFivePeople(with_)
    await by(await with_.create(practice.practiceId), client, ask.decline())
    await with_.owner`UPDATE practice SET time_zone = 'Nowhere/Land' WHERE id = ${await with_.createPractice()}`
    await make()
    const [row] = await with_.owner`SELECT FROM digest_day WHERE practice_id = ${practice.practiceId}`
    expect(row).toBeDefined()
  })
})

describe('what was frozen under other templates', () => {
  test('a mail to a colleague is composed anew and sent under the same key', async () => {
    const practice = await createFivePeople(with_)
    await by(await with_.create(practice.practiceId), client, ask.decline())
    sent.state.ends = { outcome: 'unknown', reason: 'no answer' }
    await send()
    await with_.owner`
      UPDATE staff_mail SET retry_at = NULL, template_version = '1', inputs = '{"mail": "of long ago"}'
      WHERE state = 'queued' AND inputs IS NOT NULL`
    sent.state.ends = null
    await send()
    const [first, second] = sent.calls
    expect(second).toEqual(first)
  })

  test('a mail to the client is composed anew; a text that may have left goes to people', async () => {
    const practiceId = await with_.createPractice()
    const target = await with_.create(practiceId, ['email', 'sms'], 'Harbour Bakery Ltd')
    const outbox = messagesOf(sending(), target)
    const messages = await with_.owner<{ id: string; channel: 'email' | 'sms' }[]>`
      SELECT id, channel FROM message WHERE onboarding_id = ${target.onboardingId} ORDER BY channel`
    for (const { id, channel } of messages) {
      const claim = () => outbox.transact((unit) => outbox.claim(unit, id))
      const first = await claim()
      await with_.owner`
        UPDATE message SET template_version = '1', inputs = '{}', attempted_at = attempted_at - interval '5 minutes'
        WHERE id = ${id}`
      const again = await claim()
      const [kept] = await with_.owner`SELECT state, template_version AS version FROM message WHERE id = ${id}`
      if (channel === 'email') {
        expect(again).toMatchObject({ do: 'send', message: { isRepeat: true } })
        expect(again.do === 'send' && first.do === 'send' && again.message.inputs).toEqual(
          first.do === 'send' && first.message.inputs,
        )
        expect(kept).toEqual({ state: 'sending', version: TEMPLATE_VERSION })
      } else {
        expect([again, kept?.state]).toEqual([{ do: 'leave' }, 'unknown'])
      }
    }
  })
})
