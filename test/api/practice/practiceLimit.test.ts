import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { liftLimit } from '../../../dev/demo/practiceLimit.ts'
import { HOUR_MS } from '../../../domain/situation.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { startStaffApi, type TestPractice } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend() }))

const newPractice = () => api.createPractice({ limit_lifted_at: null })
const address = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`
let lastNumber = 0
const mobile = () => `+447400${String(++lastNumber).padStart(6, '1')}`

/** Adds a client and invites them through these channels. */
const add = ({ key }: TestPractice, channels: ('email' | 'sms')[] = ['email']) =>
  api.post(
    'onboardings',
    {
      organisation: { name: 'Harbour Bakery Ltd' },
      invitation: { name: 'Jo Marsden', email: address(), phone: mobile(), channels },
    },
    { key },
  )

/** Creates so many clients, invited an hour ago. */
async function sent(practice: TestPractice, count: number, channels: ('email' | 'sms')[] = ['email']) {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const answer = await add(practice, channels)
    expect(answer.status).toBe(201)
    ids.push(answer.body.id)
  }
  await age(api.owner, ids, HOUR_MS)
  return ids
}

const countMessages = async ({ id }: TestPractice) => {
  const [row] = await api.owner<{ n: number }[]>`SELECT count(*)::int AS n FROM message WHERE practice_id = ${id}`
  return row!.n
}

describe('a new practice', () => {
  test('sends at most 50 invitations a day, told in words what to do, and goes on as the first leave the day', async () => {
    const practice = await newPractice()
    await sent(practice, 50)
    const refused = await add(practice)
    expect([refused.status, refused.body.code]).toEqual([429, 'practice_limit'])
    expect(refused.body.detail).toMatch(
      /^A new practice can send 50 invitations and 20 texts a day, and yours has\. You can go on at \d\d:\d\d on .+, or write to \S+@\S+ to have the limit lifted\.$/,
    )
    const waitMs = Date.parse(refused.body.at) - Date.now()
    expect(waitMs).toBeGreaterThan(22.9 * 3_600_000)
    expect(waitMs).toBeLessThan(23 * 3_600_000)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(22 * 3600)
    const [clients] = await api.owner`SELECT count(*)::int AS n FROM organisation WHERE practice_id = ${practice.id}`
    expect(clients!.n).toBe(50)
    // The limit does not apply without an invitation, and a copied link sends nothing.
    const quiet = await api.post('onboardings', { organisation: { name: 'Quiet Ltd' } }, { key: practice.key })
    expect(quiet.status).toBe(201)
    expect((await api.post(`onboardings/${quiet.body.id}/links`, {}, { key: practice.key })).status).toBe(200)
    await api.owner`UPDATE message SET created_at = created_at - interval '23 hours' WHERE id IN
      (SELECT id FROM message WHERE practice_id = ${practice.id} ORDER BY id LIMIT 1)`
    expect([(await add(practice)).status, (await add(practice)).status]).toEqual([201, 429])
  })

  test('counts resends, links, users and colleagues, each refused alike', async () => {
    const practice = await newPractice()
    const [first = ''] = await sent(practice, 48)
    const { body } = await api.call(`/api/v1/onboardings/${first}`, { key: practice.key })
    const admin = await api.createPerson('practice_admin', practice)
    const cookie = await api.signIn(admin)
    const asAdmin = (path: string, given: object) => api.callAs(cookie, path, { method: 'POST', body: given })
    const colleague = () => asAdmin('members', { email: address(), role: 'standard' })
    const user = () => asAdmin(`organisations/${body.organisation.id}/users`, { email: address() })
    expect([(await colleague()).status, (await user()).status]).toEqual([201, 201])
    const refusals = [
      await colleague(),
      await user(),
      await asAdmin(`onboardings/${first}/invitations`, {}),
      await asAdmin(`onboardings/${first}/links`, { send: 'email' }),
    ]
    expect(refusals.map((one) => [one.status, one.body.code])).toEqual(Array(4).fill([429, 'practice_limit']))
    expect((await asAdmin(`onboardings/${first}/links`, {})).status).toBe(200)
    expect(await countMessages(practice)).toBe(48)
  })

  test('sends at most 20 texts a day, and goes on with mails', async () => {
    const practice = await newPractice()
    await sent(practice, 20, ['email', 'sms'])
    const texted = await add(practice, ['sms'])
    expect([texted.status, texted.body.code]).toEqual([429, 'practice_limit'])
    expect((await add(practice, ['email', 'sms'])).status).toBe(429)
    expect((await add(practice)).status).toBe(201)
  })

  test('gets no further by asking for many at once', async () => {
    const practice = await newPractice()
    await sent(practice, 45)
    const answers = await Promise.all(Array.from({ length: 12 }, () => add(practice)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(201), ...Array(7).fill(429)])
    expect(await countMessages(practice)).toBe(50)
  })

  test('gets no further by a bulk act, whose dry run says the same', async () => {
    const practice = await newPractice()
    const ids = await sent(practice, 45)
    const act = (body: object) => api.post('onboardings/actions', { do: 'resend', ids, ...body }, { key: practice.key })
    const codes = (answer: Awaited<ReturnType<typeof act>>): (string | null)[] =>
      answer.body.results.map((one: { code: string | null }) => one.code)
    const expected = [...Array(5).fill(null), ...Array(40).fill('practice_limit')]
    expect(codes(await act({ dryRun: true }))).toEqual(expected)
    const done = await act({})
    expect(codes(done).sort()).toEqual(expected.toSorted())
    expect(done.body.done).toBe(5)
    expect(await countMessages(practice)).toBe(50)
  })

  test('is limited by nothing once whoever runs Embark has lifted it, and again when it is put back', async () => {
    const practice = await newPractice()
    await sent(practice, 50)
    expect(await liftLimit(api.owner, practice.slug, true)).toBe('changed')
    expect(await liftLimit(api.owner, practice.slug, true)).toBe('unchanged')
    expect((await add(practice)).status).toBe(201)
    expect(await liftLimit(api.owner, practice.slug, false)).toBe('changed')
    expect((await add(practice)).status).toBe(429)
    expect(await liftLimit(api.owner, 'nobody-here', true)).toBe('no_practice')
    const kinds =
      await api.owner`SELECT kind, actor_type FROM audit_event WHERE practice_id = ${practice.id} ORDER BY id`
    expect(kinds.map(({ kind, actor_type }) => `${kind} by ${actor_type}`)).toEqual([
      'limit_lifted by system',
      'limit_set by system',
    ])
  })

  test('is lifted by people of support alone, who see which practices are limited', async () => {
    const practice = await newPractice()
    const word = `Bakery ${randomUUID().slice(0, 8)}`
    const { key, id } = practice
    await api.post('onboardings', { organisation: { name: word } }, { key })
    const support = await api.signIn(await api.createPerson('support'))
    const admin = await api.signIn(await api.createPerson('practice_admin', practice))
    const lift = (cookie: string) => api.callAs(cookie, `support/practices/${id}/limit`, { method: 'DELETE' })
    const find = async () => (await api.callAs(support, `support/onboardings?q=${encodeURIComponent(word)}`)).body
    expect((await find()).items[0].practice.limited).toBe(true)
    expect((await lift(admin)).status).toBe(403)
    await sent(practice, 50)
    expect((await add(practice)).status).toBe(429)
    const lifted = await lift(support)
    expect([lifted.status, lifted.body.limited]).toEqual([200, false])
    expect((await lift(support)).status).toBe(200)
    expect((await find()).items[0].practice.limited).toBe(false)
    expect((await add(practice)).status).toBe(201)
    const kinds = await api.owner`SELECT kind, actor_type FROM audit_event WHERE practice_id = ${id} ORDER BY id`
    const lifts = kinds.filter(({ kind }) => kind === 'limit_lifted')
    expect(lifts.map(({ actor_type }) => actor_type)).toEqual(['support'])
  })
})
