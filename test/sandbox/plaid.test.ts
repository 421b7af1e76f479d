import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { startSandbox } from '../../sandbox/server.ts'

const { clientId, secret } = credentials.plaid
const DAY_MS = 24 * 3_600_000

let now = Date.parse('2026-11-30T10:00:00Z')
let sandbox: Awaited<ReturnType<typeof startSandbox>>
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => now })
})
afterAll(() => sandbox.close())

type Answer = { status: number; body: Record<string, unknown> }
async function call(path: string, body: object, keys: Record<string, string> = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'plaid-client-id': clientId, 'plaid-secret': secret, ...keys }
  const response = await fetch(`${sandbox.url}/plaid/api${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const wanted = {
  client_name: 'Marsh & Lowe',
  language: 'en',
  country_codes: ['GB'],
  user: { client_user_id: 'u1' },
  products: ['auth'],
  institution_id: 'ins_117601',
  hosted_link: { completion_redirect_uri: 'https://embark.example/connect/return?state=x' },
}
const create = (changes: object = {}) => call('/link/token/create', { ...wanted, ...changes })
/** Approves at a new link's page. Returns the link token and the public token of the result. */
async function approved(action = 'approve') {
  const { body } = await create()
  const back = await fetch(`${body.hosted_link_url}/decide`, {
    method: 'POST',
    body: new URLSearchParams({ action }),
    redirect: 'manual',
  })
  const { body: link } = await call('/link/token/get', { link_token: body.link_token })
  const [session] = link.link_sessions as { results: { item_add_results: { public_token: string }[] } }[]
  const publicToken = session?.results.item_add_results[0]?.public_token
  return { linkToken: body.link_token, publicToken, back: back.headers.get('location') }
}
const exchanged = async () => {
  const { publicToken } = await approved()
  const { body } = await call('/item/public_token/exchange', { public_token: publicToken })
  return { id: String(body.item_id), accessToken: String(body.access_token) }
}
const refused = (error_type: string, error_code: string) => ({
  status: 400,
  body: { error_type, error_code, request_id: expect.any(String) },
})

describe('a link token', () => {
  it('lives 30 minutes, and its page leads back to the address without parameters', async () => {
    const { status, body } = await create()
    expect({ status, ends: Date.parse(String(body.expiration)) - now }).toEqual({ status: 200, ends: 30 * 60_000 })
    expect((await approved()).back).toBe(wanted.hosted_link.completion_redirect_uri)
  })

  it.each([
    [{ client_name: undefined }, 'MISSING_FIELDS'],
    [{ language: undefined }, 'MISSING_FIELDS'],
    [{ country_codes: [] }, 'MISSING_FIELDS'],
    [{ country_codes: ['US'] }, 'INVALID_FIELD'],
    [{ user: {} }, 'MISSING_FIELDS'],
    [{ products: undefined }, 'MISSING_FIELDS'],
    [{ products: ['everything'] }, 'INVALID_FIELD'],
    [{ webhook: 'not an address' }, 'INVALID_FIELD'],
    [{ hosted_link: { url_lifetime_seconds: 22 * 24 * 3_600 } }, 'INVALID_FIELD'],
    [{ colour: 'red' }, 'UNKNOWN_FIELDS'],
  ])('is refused with %j', async (changes, code) => {
    expect(await create(changes)).toMatchObject(refused('INVALID_REQUEST', code))
  })

  it('is refused for an unknown institution, and without our keys', async () => {
    expect(await create({ institution_id: 'ins_1' })).toMatchObject(refused('INVALID_INPUT', 'INVALID_INSTITUTION'))
    const stranger = await call('/link/token/create', wanted, { 'plaid-secret': 'wrong' })
    expect(stranger).toMatchObject(refused('INVALID_INPUT', 'INVALID_API_KEYS'))
  })

  it('shows a long name of the customer as This Application', async () => {
    const { body } = await create({ client_name: 'Marsh, Lowe & Partners Accountants' })
    expect(await (await fetch(String(body.hosted_link_url))).text()).toContain('This Application uses Plaid')
  })

  it('is forgotten six hours after the end of its session', async () => {
    const { linkToken } = await approved()
    now += 6 * 3_600_000
    const asked = await call('/link/token/get', { link_token: linkToken })
    expect(asked).toMatchObject(refused('INVALID_INPUT', 'INVALID_LINK_TOKEN'))
  })
})

describe('an Item', () => {
  it('comes of a public token that works once, for 30 minutes', async () => {
    const { publicToken } = await approved()
    expect(await call('/item/public_token/exchange', { public_token: publicToken })).toMatchObject({ status: 200 })
    const again = await call('/item/public_token/exchange', { public_token: publicToken })
    expect(again).toMatchObject(refused('INVALID_INPUT', 'INVALID_PUBLIC_TOKEN'))
    const late = await approved()
    now += 30 * 60_000
    const tooLate = await call('/item/public_token/exchange', { public_token: late.publicToken })
    expect(tooLate).toMatchObject(refused('INVALID_INPUT', 'INVALID_PUBLIC_TOKEN'))
  })

  it('is renewed in update mode under the same token, and refuses products there', async () => {
    const { id, accessToken } = await exchanged()
    const expired = { method: 'POST', body: JSON.stringify({ action: 'expire' }) }
    await fetch(`${sandbox.url}/control/plaid/items/${id}`, expired)
    const read = await call('/auth/get', { access_token: accessToken })
    expect(read).toMatchObject({
      status: 400,
      body: { error_code: 'ITEM_LOGIN_REQUIRED', error_code_reason: 'OAUTH_CONSENT_EXPIRED' },
    })
    expect(await create({ access_token: accessToken })).toMatchObject(refused('INVALID_REQUEST', 'INVALID_FIELD'))
    const { body } = await create({ access_token: accessToken, products: undefined, institution_id: undefined })
    await fetch(`${body.hosted_link_url}/decide`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'approve' }),
      redirect: 'manual',
    })
    const { body: after } = await call('/item/get', { access_token: accessToken })
    const item = after.item as { item_id: string; error: unknown; consent_expiration_time: string }
    expect([item.item_id, item.error]).toEqual([id, null])
    expect(Date.parse(item.consent_expiration_time) - now).toBe(180 * DAY_MS)
    expect(await call('/auth/get', { access_token: accessToken })).toMatchObject({ status: 200 })
  })

  it('lives in a time of its own if a test lets it age, and asks for its person at the end of its consent', async () => {
    const { id, accessToken } = await exchanged()
    const age = (days: number) =>
      fetch(`${sandbox.url}/control/plaid/items/${id}/age`, {
        method: 'POST',
        body: JSON.stringify({ byMs: days * DAY_MS }),
      })
    const endOf = async () => {
      const { body } = await call('/item/get', { access_token: accessToken })
      return Date.parse((body.item as { consent_expiration_time: string }).consent_expiration_time) - now
    }
    expect((await age(179)).status).toBe(204)
    expect(await call('/auth/get', { access_token: accessToken })).toMatchObject({ status: 200 })
    expect(await endOf()).toBe(180 * DAY_MS)
    await age(1)
    expect(await call('/auth/get', { access_token: accessToken })).toMatchObject({
      status: 400,
      body: { error_code: 'ITEM_LOGIN_REQUIRED', error_code_reason: 'OAUTH_CONSENT_EXPIRED' },
    })
    const { body } = await create({ access_token: accessToken, products: undefined, institution_id: undefined })
    const decided = { method: 'POST', body: new URLSearchParams({ action: 'approve' }), redirect: 'manual' } as const
    await fetch(`${body.hosted_link_url}/decide`, decided)
    expect(await call('/auth/get', { access_token: accessToken })).toMatchObject({ status: 200 })
    expect(await endOf()).toBe(360 * DAY_MS)
    expect((await fetch(`${sandbox.url}/control/plaid/items/${id}/age`, { method: 'POST', body: '{}' })).status).toBe(
      400,
    )
  })

  it('is removed once', async () => {
    const { accessToken } = await exchanged()
    const removal = { access_token: accessToken, reason_code: 'OTHER' }
    expect(await call('/item/remove', { ...removal, reason_code: 'BORED' })).toMatchObject({ status: 400 })
    expect(await call('/item/remove', removal)).toMatchObject({ status: 200 })
    expect(await call('/item/remove', removal)).toMatchObject(refused('ITEM_ERROR', 'ITEM_NOT_FOUND'))
  })

  it('is read fifteen times a minute', async () => {
    const { accessToken } = await exchanged()
    for (let n = 0; n < 15; n++) expect((await call('/auth/get', { access_token: accessToken })).status).toBe(200)
    const asked = await call('/auth/get', { access_token: accessToken })
    expect(asked).toMatchObject({ status: 429, body: { error_type: 'RATE_LIMIT_EXCEEDED', error_code: 'AUTH_LIMIT' } })
  })
})
