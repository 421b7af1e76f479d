import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

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
    expect(answer.body.nextTouches).toHaveLength(3)
    const [row] = await api.owner`SELECT ni_number_sealed FROM organisation WHERE id = ${answer.body.organisation.id}`
    const sealed = String(row?.ni_number_sealed)
    expect(sealed).not.toContain('AB123456C')
    expect(api.deps.sealer.open(sealed, `organisation.ni_number:${api.practice.id}`)).toBe('AB123456C')
  })
})
