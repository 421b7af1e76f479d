import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { MessageCause } from '../../domain/messageFacts.ts'
import { reasonWords } from '../../domain/rows/deliveryWord.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

test('a recorded sentence is a cause after the migration, and reads as before', async () => {
  const { practiceId, onboardingId } = await with_.create(await with_.createPractice())
  const folder = new URL('../../db/migrations/', import.meta.url)
  const name = readdirSync(folder).find((one) => one.endsWith('_message_causes.sql')) ?? ''
  const text = readFileSync(new URL(name, folder), 'utf8')
  const recorded: [string, MessageCause | null, string | null][] = [
    ['This address already belongs to someone on Embark.', 'known_address', null],
    ['It was no longer needed while it was being sent.', 'overtaken', null],
    ['The mail is too large. (the address is fine)', 'mail', 'The mail is too large.'],
    ['(the address is fine)', 'mail', null],
    ['The mailbox is full. (sent once more)', 'moment', 'The mailbox is full.'],
    ['The mailbox does not exist.', null, 'The mailbox does not exist.'],
    ['stop', null, 'stop'],
  ]
  for (const [words, cause, reason] of recorded) {
    await with_.owner`UPDATE message SET reason = ${words}, cause = NULL WHERE onboarding_id = ${onboardingId}`
    await with_.owner.unsafe(text.slice(text.indexOf('UPDATE message')))
    const [row] = await with_.owner<{ cause: MessageCause | null; reason: string | null }[]>`
      SELECT cause, reason FROM message WHERE practice_id = ${practiceId} AND onboarding_id = ${onboardingId}`
    expect(row).toEqual({ cause, reason })
    expect(row && reasonWords(row)).toBe(words)
  }
})
