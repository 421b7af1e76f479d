import { expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

test('one’s own clients are a view of the plan Plus; without it the refusal says so, and who can change that', async () => {
  const practice = await api.createPractice()
  const rosa = await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const priya = await api.createPerson('standard', practice)
  await api.create({ organisation: { name: 'Mine Ltd' }, accountManager: priya.id }, practice.key)
  await api.create({ organisation: { name: 'Theirs Ltd' }, accountManager: rosa.id }, practice.key)
  const cookie = await api.signIn(priya)
  const mine = () => api.callAs(cookie, 'onboardings?view=mine')
  const cancelMine = () =>
    api.callAs(cookie, 'onboardings/actions', { body: { do: 'cancel', filter: { view: 'mine' }, dryRun: true } })
  const board = () => api.callAs(cookie, 'onboardings/board?view=mine')
  for (const answer of [await mine(), await board(), await cancelMine()]) {
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      403,
      'not_in_plan',
      'My clients is part of the Plus plan. Rosa Marsh can change it.',
    ])
  }
  await api.owner`UPDATE practice SET plan = 'plus' WHERE id = ${practice.id}`
  expect((await mine()).body.items.map((one: { organisation: { name: string } }) => one.organisation.name)).toEqual([
    'Mine Ltd',
  ])
  expect((await board()).status).toBe(200)
  expect((await cancelMine()).body.results).toHaveLength(1)
})
