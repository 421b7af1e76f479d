import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readEntries } from '../../api/staff/onboardings/readTimeline.ts'
import type { MessageCause } from '../../domain/messageFacts.ts'
import { reasonWords } from '../../domain/rows/deliveryWord.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

test('a recorded sentence is a cause after the migration, and reads as before', async () => {
  const { practiceId, onboardingId } = await with_.create(await with_.createPractice())
  const folder = new URL('../../db/migrations/', import.meta.url)
  const names = readdirSync(folder).filter((one) => /_(message_causes|opted_out)\.sql$/.test(one))
  const texts = names.map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const recorded: [words: string, MessageCause | null, reason: string | null, shown?: string][] = [
    ['This address already belongs to someone on Embark.', 'known_address', null],
    ['It was no longer needed while it was being sent.', 'overtaken', null],
    ['The mail is too large. (the address is fine)', 'mail', 'The mail is too large.'],
    ['(the address is fine)', 'mail', null],
    ['The mailbox is full. (sent once more)', 'moment', 'The mailbox is full.'],
    ['The mailbox does not exist.', null, 'The mailbox does not exist.'],
    ['stop', 'opted_out', null, 'they asked for no more texts'],
  ]
  for (const [words, cause, reason, shown = words] of recorded) {
    await with_.owner`
      UPDATE message SET state = 'suppressed', reason = ${words}, cause = NULL WHERE onboarding_id = ${onboardingId}`
    for (const text of texts) await with_.owner.unsafe(text.slice(text.indexOf('UPDATE message')))
    const [row] = await with_.owner<{ cause: MessageCause | null; reason: string | null }[]>`
      SELECT cause, reason FROM message WHERE practice_id = ${practiceId} AND onboarding_id = ${onboardingId}`
    expect(row).toEqual({ cause, reason })
    expect(row && reasonWords(row)).toBe(shown)
  }
})

test('the timeline says in words why a message did not arrive', async () => {
  const target = await with_.create(await with_.createPractice(), ['email', 'sms'])
  const { messages } = (await with_.read(target)).facts
  const idOf = (wanted: 'email' | 'sms') => messages.find(({ channel }) => channel === wanted)?.id ?? ''
  const move = { do: 'move_message', reason: null } as const
  await with_.perform(target, { ...move, messageId: idOf('sms'), to: 'suppressed', about: 'opted_out' })
  const reason = 'The mail is too large.'
  await with_.perform(target, { ...move, messageId: idOf('email'), to: 'failed', reason, about: 'mail' })
  const all = { kinds: ['message' as const], actors: null, before: null, limit: 10 }
  const entries = await with_.api.db.inPractice(target.practiceId, (tx) => readEntries(tx, target.onboardingId, all))
  expect(entries?.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^Invitation by email to \S+ failed: The mail is too large\. \(the address is fine\)$/),
    expect.stringMatching(/^Invitation by text to \S+ blocked: they asked for no more texts$/),
  ])
})
