import { expect, test } from 'vitest'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { atLedger } from '../client/clientHarness.ts'
import { startStaffApi } from '../staffHarness.ts'
import { acceptedAt } from './ledgerSignIn.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ ledgers: connectors(sandbox.xero()) }))

const organisation = async (name: string): Promise<string> =>
  (await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId

/** Opens an address in a browser signed in with `cookie`; returns the redirect and the page's text. */
const visit = async (address: string, cookie: string, form?: Record<string, string>) => {
  const response = await fetch(new URL(address, api.url), {
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  })
  const to = response.headers.get('location')
  return { to, text: await response.text(), cookies: response.headers.getSetCookie().map((one) => one.split(';')[0]) }
}

/** Goes to the ledger from the app and returns; returns the browser's last address. `leaves` signs out on the way. */
async function trip(id: string, organisations: string[], leaves = false, action = 'approve') {
  const cookie = await api.signIn(await api.createPerson('client_admin'))
  const request = { method: 'POST', body: { step: 'books', provider: 'xero' } }
  const { url } = (await api.callAs(cookie, `onboardings/${id}/connections`, request)).body
  const first = await visit(url, cookie)
  const gone = await visit(url, cookie, {})
  const browser = [...(leaves ? [] : [cookie]), ...gone.cookies].join('; ')
  const returned = await visit(await atLedger(gone.to ?? '', { organisation: organisations }, action), browser)
  return { first, last: await visit(returned.to ?? '', browser), url, browser }
}

/** Marks the client's bank step as done. */
const bankDone = (id: string) =>
  api.owner`UPDATE onboarding_step SET done_at = now() WHERE onboarding_id = ${id} AND kind = 'bank'`

test('connecting the ledger from the app ends at "Match accounts", signed out on the way or not', async () => {
  for (const leaves of [false, true]) {
    const name = `Matched Bakery ${leaves} Ltd`
    const id = await acceptedAt(api, name)
    await bankDone(id)
    const { first, last, url, browser } = await trip(id, [await organisation(name)], leaves)
    expect(first.text).toContain(`Back to ${name}`)
    expect(last.to).toBe(`/clients/${id}/match`)
    // A repeat leads there again; another browser only sees that it is connected.
    expect((await visit(url, browser)).to).toBe(`/clients/${id}/match`)
    expect((await visit(url, '')).text).toContain('Xero connected')
  }
})

test('with no bank to match it ends on the client’s page, which says what was connected', async () => {
  const id = await acceptedAt(api, 'Early Bakery Ltd')
  const { last } = await trip(id, [await organisation('Early Bakery Ltd')])
  expect(last.to).toBe(`/clients/${id}?connected=books`)
})

test('stopped or with nothing chosen it ends on the client’s page, with the reason beside the step', async () => {
  const reasons = [
    ['cancel', 'The sign-in was stopped before the end.'],
    ['approve', 'No organisation was chosen.'],
  ] as const
  for (const [action, reason] of reasons) {
    const id = await acceptedAt(api, 'Stopped Bakery Ltd')
    const { last } = await trip(id, [], false, action)
    expect(last.to).toBe(`/clients/${id}`)
    const { steps } = (await api.call(`onboardings/${id}`)).body
    expect(steps.find((step: { kind: string }) => step.kind === 'books')).toMatchObject({ lastError: reason })
  }
})

test('an address that was passed on leads its browser nowhere into the app', async () => {
  const id = await acceptedAt(api, 'Passed On Ltd')
  const { url } = (await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })).body
  const gone = await visit(url, '', {})
  const browser = gone.cookies.join('; ')
  const returned = await visit(
    await atLedger(gone.to ?? '', { organisation: await organisation('Passed On Ltd') }),
    browser,
  )
  const last = await visit(returned.to ?? '', browser)
  expect([last.to, last.text.includes('Xero connected')]).toEqual([null, true])
  expect(last.text).not.toContain('Back to')
})
