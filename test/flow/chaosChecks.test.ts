import { afterAll, beforeAll, expect, test } from 'vitest'
import { chanceOf } from '../../dev/history/random.ts'
import { type StaffApi, startStaffApi } from '../api/staffHarness.ts'
import { check, settle } from '../chaos/invariants.ts'
import { play, type Story } from '../chaos/people.ts'
import { startWholeProduct } from '../wholeProduct.ts'

let product: Awaited<ReturnType<typeof startWholeProduct>>
let api: StaffApi
beforeAll(async () => {
  product = await startWholeProduct({ reconciles: true })
  api = await startStaffApi(product.api)
})
afterAll(async () => {
  await api?.stop()
  await product?.stop()
})

const STORIES: Story[] = ['connects_books', 'silent', 'declines', 'cancelled', 'reopened']

test('a fact that is lost, a client made twice and a mail sent twice are noticed', async () => {
  const { harness } = product
  const { owner, control, temporal, publicUrl, sandboxUrl } = harness
  const served = { url: publicUrl, sandboxUrl, control: control.call }
  const told = await Promise.all(STORIES.map((story, n) => play(served, api.practice, story, chanceOf(n))))
  const compared = { owner, control: control.call, engine: { client: temporal } }
  await settle(compared)
  const broken = async () =>
    (await check(compared, told, [])).filter((one) => one.broken.length > 0).map(({ name }) => name)
  expect(await broken()).toEqual([])

  const [first, second] = told
  await owner`ALTER TABLE event DISABLE TRIGGER USER`
  await owner`DELETE FROM event WHERE onboarding_id = ${first!.onboardingId} AND kind = 'created'`
  await owner`UPDATE organisation SET name = ${second!.name} WHERE name = ${first!.name}`
  await owner`
    UPDATE message SET state = 'withdrawn' WHERE onboarding_id = ${second!.onboardingId} AND purpose = 'invitation'`
  expect(await broken()).toEqual([
    'whatever was acknowledged stands in the log',
    'each client was made once, and for its own practice',
    'the log has no gap, and ends where the row does',
    'what the provider took counts as sent',
  ])
})
