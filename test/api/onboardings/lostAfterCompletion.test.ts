import { beforeAll, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import type { GivenConsent } from '../../giveConsent.ts'
import { completeWithBooks } from '../completedClient.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)
let rosa: { id: string }
beforeAll(async () => {
  rosa = await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' })
})

async function completed(name: string, consent: GivenConsent = {}, isSignedOut = false): Promise<string> {
  const { id } = await api.create({ organisation: { name } })
  await completeWithBooks(api, id, rosa.id, consent, isSignedOut)
  return id
}

type Item = { id: string; organisation: { name: string }; status: string }
const namesOf = async (query: string): Promise<string[]> => {
  const { status, body, text } = await api.call(`onboardings?${query}`)
  if (status !== 200) throw new Error(text)
  return body.items.map(({ organisation }: Item) => organisation.name).toSorted()
}

test('a completed client whose connection is lost says so in lists, counts, the board and the file', async () => {
  await completed('Working Ltd', { ends: 40 })
  await completed('Asked Ltd', { ends: 1, asked: 5 })
  const over = await completed('Over Ltd', { ends: -2, ended: -2, state: 'lost', health: 'expired' })
  const silent = await completed('Silent Ltd', { ends: -9, ended: -9, state: 'lost', health: 'expired' })
  const cut = await completed('Cut Ltd', { ends: 40, ended: -1, state: 'lost', health: 'ended' })
  await completed('Stopped Ltd', { ended: -1, state: 'disconnected', by: 'client' })
  const signedOut = await completed('Signed Out Ltd', { ends: 40 }, true)
  const both = await completed('Both Ltd', { ends: -2, ended: -2, state: 'lost', health: 'expired' }, true)
  // Time ended it, and nothing has recorded that.
  const unsaid = await completed('Unsaid Ltd', { ends: 1 })
  await api.owner`UPDATE connection SET access_until = now() - interval '1 hour' WHERE onboarding_id = ${unsaid} AND kind = 'bank'`
  await api.owner`UPDATE onboarding SET turns_at = now() - interval '1 hour' WHERE id = ${unsaid}`

  const ours = ['Both Ltd', 'Cut Ltd', 'Signed Out Ltd', 'Silent Ltd', 'Stopped Ltd']
  const clients = ['Both Ltd', 'Over Ltd', 'Unsaid Ltd']
  expect(await namesOf('view=us')).toEqual(ours)
  expect(await namesOf('view=attention')).toEqual(ours)
  expect(await namesOf('view=client')).toEqual(clients)
  expect(await namesOf('blockedBy=access_ended')).toEqual(
    ['Both Ltd', 'Cut Ltd', 'Over Ltd', 'Silent Ltd', 'Stopped Ltd', 'Unsaid Ltd'].toSorted(),
  )
  expect(await namesOf('blockedBy=sign_in_lost')).toEqual(['Both Ltd', 'Signed Out Ltd'])
  expect(await namesOf('view=completed')).toHaveLength(9)
  // Others were completed too long ago for the board.
  expect(await namesOf('column=completed')).toEqual([...new Set([...ours, ...clients])].toSorted())
  expect((await api.call('onboardings/counts')).body).toMatchObject({ us: 5, attention: 5, client: 3, completed: 9 })
  const { columns } = (await api.call('onboardings/board')).body
  const [board] = columns.filter(({ column }: { column: string }) => column === 'completed')
  expect(board.count).toBe(7)
  expect(Date.parse(board.waitingSince)).toBeLessThan(Date.now() - 24 * 3_600_000)

  const of = async (id: string) => {
    const { status, situation, action, steps, completedAt } = (await api.call(`onboardings/${id}`)).body
    const bank = steps.find(({ kind }: { kind: string }) => kind === 'bank').progress
    const books = steps.find(({ kind }: { kind: string }) => kind === 'books').progress
    expect(status).toBe('completed')
    expect(Date.parse(completedAt)).toBeLessThan(Date.now() - 40 * 86_400_000)
    const also = situation.also.map(({ sentence }: { sentence: string }) => sentence)
    return [situation.blockedBy, situation.move, situation.sentence, action?.label ?? null, bank, books, ...also]
  }
  expect(await of(over)).toEqual([
    'access_ended',
    'client',
    'Jo to share again',
    'Ask to reconnect',
    'lost',
    'connected',
  ])
  expect(await of(unsaid)).toEqual(await of(over))
  expect((await of(silent)).slice(1, 4)).toEqual(['practice', 'Call Jo', 'Ask to reconnect'])
  expect((await of(cut)).slice(1, 4)).toEqual(['practice', 'Access ended early: at the bank', 'Ask to reconnect'])
  expect(await of(signedOut)).toEqual([
    'sign_in_lost',
    'practice',
    'Xero signed Rosa Marsh out',
    'Reconnect',
    'connected',
    'lost',
  ])
  expect((await of(both)).slice(2)).toEqual([
    'Xero signed Rosa Marsh out',
    'Reconnect',
    'lost',
    'lost',
    'Jo to share again',
  ])
  const file = (await api.call('onboardings/export?blockedBy=sign_in_lost&sort=newest')).text.split('\r\n')
  expect(file.find((line) => line.startsWith('Signed Out Ltd'))).toContain('Completed,Us,Xero signed Rosa Marsh out')
})

test('an ended access whose bank is down reads the same on the client and in Bank access, and nobody is asked', async () => {
  const ended = { ends: -2, ended: -2, state: 'lost', health: 'expired' } as const
  const id = await completed('Held Ltd', { ...ended, bank: 'Mill Bank', institution: 'ob-mill' })
  const said = async () => {
    const { situation, action, connections } = (await api.call(`onboardings/${id}`)).body
    const { id: bankId } = connections.find(({ kind }: { kind: string }) => kind === 'bank')
    const { body } = await api.call(`consents/${bankId}`)
    expect(body.situation.sentence).toBe(situation.sentence)
    return [situation.move, situation.sentence, action?.label ?? null]
  }
  const asked = ['client', 'Jo to share again', 'Ask to reconnect']
  expect(await said()).toEqual(asked)
  await api.owner`INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-mill', now(), now())`
  expect(await said()).toEqual(['bank', 'Mill Bank is down, Jo isn’t asked', null])
  await api.owner`UPDATE bank_outage SET ended_at = now()`
  expect(await said()).toEqual(asked)
})

test('a request to keep sharing is no message of the invitation', async () => {
  const id = await completed('Renewing Ltd', { ends: 5, asked: 1, mail: 'delivered' })
  const { invitation } = (await api.call(`onboardings/${id}`)).body
  const purposes = invitation.deliveries.map(({ purpose }: { purpose: string }) => purpose)
  expect(purposes).toEqual(['invitation'])
})
