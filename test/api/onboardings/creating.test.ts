import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

describe('adding a client', () => {
  test('a name is enough', async () => {
    const answer = await api.post('onboardings', { organisation: { name: '  Harbour Bakery Ltd ' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toBe(`/api/v1/onboardings/${answer.body.id}`)
    expect(answer.body).toMatchObject({
      status: 'creating',
      situation: { stage: 'creating', blockedBy: 'creating', move: 'us', next: [] },
      organisation: {
        name: 'Harbour Bakery Ltd',
        kind: 'business',
        reference: null,
        country: 'GB',
        currency: 'GBP',
        contact: null,
        incomeSources: [],
      },
      steps: [
        { kind: 'bank', owner: 'client', state: 'open' },
        { kind: 'books', owner: 'practice', state: 'open' },
        { kind: 'mapping', owner: 'practice', state: 'open' },
      ],
      invitation: null,
      connections: [],
      suggestions: null,
      notices: [],
    })
    const detail = await api.call(`onboardings/${answer.body.id}`)
    expect(detail.status).toBe(200)
    const { notices: _notices, ...created } = answer.body
    expect(detail.body).toEqual(created)
  })

  test('everything at once', async () => {
    const answer = await api.post('onboardings', {
      organisation: {
        name: 'Window Works',
        kind: 'self_employed',
        practiceCode: 'WIN-01',
        industry: 'Food & drink',
        solutions: ['bookkeeping', 'vat', 'vat'],
        country: 'gb',
        currency: 'gbp',
        contact: { name: 'Sam Poole', email: ' Sam.Poole+work@Windows.example ', phone: '07400 123456' },
        niNumber: 'ab 12 34 56 c',
        postcode: 'sw1a1aa',
        incomeSources: [
          { name: 'Window cleaning', type: 'self_employment' },
          { name: 'Flat 2 Mill Lane', type: 'uk_property' },
        ],
      },
      invitation: {
        name: 'Sam Poole',
        email: 'sam.poole+work@windows.example',
        phone: '0044 7400 123456',
        message: 'Lovely to have you.\nSee you soon.',
      },
      steps: { books: 'client', mapping: 'skip' },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      status: 'invited',
      organisation: {
        practiceCode: 'WIN-01',
        industry: 'food_and_drink',
        solutions: ['bookkeeping', 'vat'],
        contact: { name: 'Sam Poole', email: 'sam.poole+work@windows.example', phone: '+447400123456' },
        niNumberMasked: '•• •• •4 56 C',
        postcode: 'SW1A 1AA',
        incomeSources: [
          { name: 'Window cleaning', type: 'self_employment' },
          { name: 'Flat 2 Mill Lane', type: 'uk_property' },
        ],
      },
      invitation: { generation: 1, channels: ['email', 'sms'], phone: '+447400123456', acceptedThrough: null },
    })
    expect(answer.body.invitation.deliveries).toHaveLength(2)
    expect(answer.body.nextTouches).toMatchObject([
      { to: 'client', n: 1, last: false },
      { to: 'client', n: 2, last: false },
      { to: 'client', n: 3, last: true },
    ])
    const [row] = await api.owner`SELECT ni_number_sealed FROM organisation WHERE id = ${answer.body.organisation.id}`
    const sealed = String(row?.ni_number_sealed)
    expect(sealed).not.toContain('AB123456C')
    expect(api.deps.sealer.open(sealed, `organisation.ni_number:${api.practice.id}`)).toBe('AB123456C')
  })

  test('doubtful entries are named and do not stop the creation', async () => {
    await api.post('onboardings', { organisation: { name: 'Twice Ltd' } })
    const answer = await api.post('onboardings', {
      organisation: {
        name: 'TWICE ltd',
        kind: 'self_employed',
        contact: { name: 'Sam', email: 'sam@gmial.com' },
        postcode: '75001 Paris',
        niNumber: 'PY123456A',
        incomeSources: [
          { name: 'Cabs', type: 'self_employment' },
          { name: 'cabs', type: 'self_employment' },
        ],
      },
    })
    expect(answer.status).toBe(201)
    expect(answer.body.notices).toEqual([
      expect.objectContaining({ code: 'duplicate_name', field: 'organisation.name' }),
      expect.objectContaining({
        code: 'did_you_mean',
        field: 'organisation.contact.email',
        message: 'Did you mean sam@gmail.com?',
        suggestion: 'sam@gmail.com',
      }),
      expect.objectContaining({ code: 'doubtful', field: 'organisation.postcode' }),
      expect.objectContaining({ code: 'doubtful', field: 'organisation.niNumber' }),
      expect.objectContaining({ code: 'same_name', field: 'organisation.incomeSources[1].name' }),
    ])
  })

  test('a practice code belongs to one client, also when two are added at once', async () => {
    const body = (name: string) => ({ organisation: { name, practiceCode: 'Race/1' } })
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => api.post('onboardings', body(name))))
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409, 409])
    const holder = answers.find((one) => one.status === 201)?.body.organisation.name
    const refused = await api.post('onboardings', { organisation: { name: 'E', practiceCode: 'RACE/1' } })
    expect(refused.body).toMatchObject({
      code: 'code_taken',
      detail: `RACE/1 is already used by ${holder}.`,
      by: holder,
      errors: [{ field: 'organisation.practiceCode', code: 'code_taken' }],
    })
    const other = await api.createPractice()
    expect((await api.post('onboardings', body('A'), { key: other.key })).status).toBe(201)
  })

  test('self-employed clients are for practices in the UK', async () => {
    const selfEmployed = {
      name: 'Sam',
      kind: 'self_employed',
      contact: { name: 'Sam', email: 'sam@windows.example' },
      incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
    }
    const irish = await api.createPractice({ country: 'IE', currency: 'EUR' })
    const abroad = await api.post('onboardings', { organisation: selfEmployed }, { key: irish.key })
    expect([abroad.status, abroad.body.code]).toEqual([422, 'self_employed_uk_only'])
    expect(abroad.body.detail).toBe('Self-employed clients can only be added by UK practices.')
    const elsewhere = await api.post('onboardings', { organisation: { ...selfEmployed, country: 'FR' } })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'self_employed_uk_only'])
    const irishBusiness = await api.post('onboardings', { organisation: { name: 'Cork Ltd' } }, { key: irish.key })
    expect(irishBusiness.body.organisation).toMatchObject({ country: 'IE', currency: 'EUR' })
  })

  test('an address that has had five messages today gets no sixth, and nothing is created', async () => {
    const invitation = { name: 'Jo', email: 'often@harbour.example' }
    for (let n = 0; n < 5; n += 1) await api.create({ invitation })
    const before = await api.countRows()
    const answer = await api.post('onboardings', { organisation: { name: 'Sixth' }, invitation })
    expect([answer.status, answer.body.code]).toEqual([429, 'address_limit'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(await api.countRows()).toEqual(before)
  })
})

describe('a key of the caller', () => {
  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })

  test('creating twice with the same key makes one, and answers the same', async () => {
    const body = { organisation: { name: 'Once Ltd', niNumber: null }, invitation: null }
    const first = await api.post('onboardings', body, withKey('once'))
    const rows = await api.countRows()
    const reordered = { invitation: null, organisation: { niNumber: null, name: 'Once Ltd' } }
    const second = await api.post('onboardings', reordered, withKey('once'))
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toEqual(first.body)
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect(await api.countRows()).toEqual(rows)
  })

  test('ten parallel creations with one key make one', async () => {
    const before = await api.countRows()
    const body = { organisation: { name: 'Ten Ltd' }, invitation: { name: 'Jo', email: 'ten@harbour.example' } }
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.post('onboardings', body, withKey('ten'))))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([201]))
    for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body)
    expect(answers.filter((one) => one.headers.get('idempotency-replayed') === null)).toHaveLength(1)
    const after = await api.countRows()
    expect(after.onboarding).toBe((before.onboarding ?? 0) + 1)
    expect(after.message).toBe((before.message ?? 0) + 1)
  })

  test('the same key with another body is refused', async () => {
    await api.post('onboardings', { organisation: { name: 'One' } }, withKey('other-body'))
    const rows = await api.countRows()
    const answer = await api.post('onboardings', { organisation: { name: 'Two' } }, withKey('other-body'))
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_conflict'])
    expect(await api.countRows()).toEqual(rows)
  })

  test('is one practice’s own', async () => {
    const other = await api.createPractice()
    const body = { organisation: { name: 'Shared key' } }
    const mine = await api.post('onboardings', body, withKey('shared'))
    const theirs = await api.post('onboardings', body, { ...withKey('shared'), key: other.key })
    expect(theirs.status).toBe(201)
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  test('a refused request can be repeated under it once the cause is gone', async () => {
    await api.post('onboardings', { organisation: { name: 'Holder', practiceCode: 'HOLD' } })
    const body = { organisation: { name: 'Later', practiceCode: 'HOLD' } }
    expect((await api.post('onboardings', body, withKey('later'))).status).toBe(409)
    await api.owner`UPDATE organisation SET practice_code = NULL WHERE practice_code = 'HOLD'`
    expect((await api.post('onboardings', body, withKey('later'))).status).toBe(201)
  })

  test('is forgotten after a day', async () => {
    const create = (key: string) => api.post('onboardings', { organisation: { name: 'Daily' } }, withKey(key))
    const first = await create('daily')
    await api.owner`UPDATE idempotency_key SET created_at = created_at - interval '25 hours' WHERE key = 'daily'`
    const second = await create('daily')
    expect(second.body.id).not.toBe(first.body.id)
    expect((await create('daily')).body.id).toBe(second.body.id)
  })

  test('resending and connecting twice with one key happen once', async () => {
    const { id } = await api.create({ invitation: null })
    const invite = { name: 'Jo', email: 'resend@harbour.example' }
    const sent = await Promise.all([1, 2, 3].map(() => api.post(`onboardings/${id}/invitations`, invite, withKey('r'))))
    expect(sent.map((one) => one.status)).toEqual([201, 201, 201])
    for (const answer of sent) expect(answer.body).toEqual(sent[0]?.body)
    expect(sent[0]?.body.invitation.generation).toBe(1)
    const opened = await Promise.all(
      [1, 2, 3].map(() => api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' }, withKey('c'))),
    )
    expect(new Set(opened.map((one) => one.body.url)).size).toBe(1)
    const [row] = await api.owner`SELECT count(*)::int AS n FROM auth_session WHERE onboarding_id = ${id}`
    expect(row?.n).toBe(1)
  })
})

test('neither a National Insurance number nor an address reaches the log, nor is the number kept in the open', async () => {
  const answer = await api.post(
    'onboardings',
    {
      organisation: {
        name: 'Secret',
        kind: 'self_employed',
        contact: { name: 'Sam', email: 'quiet@windows.example' },
        niNumber: 'CE 65 43 21 A',
        incomeSources: [{ name: 'Cabs', type: 'self_employment' }],
      },
    },
    { headers: { 'idempotency-key': 'quiet' } },
  )
  expect(answer.status).toBe(201)
  expect(answer.text).not.toContain('CE654321A')
  await api.call('onboardings?q=quiet@windows.example')
  // A request is logged once its answer has left.
  await expect.poll(() => api.logged.join('\n')).toContain('/api/v1/onboardings?q=*')
  const log = api.logged.join('\n')
  for (const secret of ['CE654321A', 'CE 65', 'quiet@windows', api.practice.key]) expect(log).not.toContain(secret)
  const rows =
    await api.owner`SELECT to_jsonb(o) AS o FROM organisation o UNION ALL SELECT response FROM idempotency_key`
  expect(JSON.stringify(rows)).not.toContain('CE654321A')
})
