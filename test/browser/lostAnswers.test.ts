import { expect, test } from 'vitest'
import { useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

test('an answer that is lost on the way: trying again adds the client once, other details are not added as well', async () => {
  const page = await staff.asRosa()
  const keys: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (request.method() !== 'POST' || !pathname.startsWith('/api/v1/')) return
    keys.push(request.headers()['idempotency-key'] ?? `none at ${pathname}`)
  })
  let losing = 0
  await page.route('**/api/v1/onboardings', async (route) => {
    if (route.request().method() !== 'POST' || losing === 0) return route.fallback()
    losing -= 1
    // The server has done the work, but the answer is lost.
    await route.fetch()
    await route.abort()
  })
  const made = async (name: string) => {
    const [row] = await staff.api.owner<
      { n: number }[]
    >`SELECT count(*)::int AS n FROM organisation WHERE name = ${name}`
    return row!.n
  }
  const add = async (name: string) => {
    const field = page
      .getByRole('combobox', { name: 'Company name' })
      .or(page.getByRole('textbox', { name: 'Company name' }))
    await field.fill(name)
    await field.press('Enter')
  }

  await page.goto('/clients/new')
  losing = 1
  await add('Moorhen Music Ltd')
  await page.getByRole('alert').getByText('You’re offline, or Embark can’t be reached.').waitFor()
  expect(await made('Moorhen Music Ltd')).toBe(1)
  await add('Moorhen Music Ltd')
  await page.getByRole('heading', { name: 'Moorhen Music Ltd', level: 1 }).waitFor()
  expect(await made('Moorhen Music Ltd')).toBe(1)
  expect(keys).toHaveLength(2)
  expect(keys[1]).toBe(keys[0])

  await page.goto('/clients/new')
  losing = 1
  await add('Quay Music Ltd')
  await page.getByRole('alert').getByText('You’re offline, or Embark can’t be reached.').waitFor()
  await add('Quay Music and Dance Ltd')
  await page.getByRole('alert').getByText('This was already sent with other details. Reload and check.').waitFor()
  expect([await made('Quay Music Ltd'), await made('Quay Music and Dance Ltd')]).toEqual([1, 0])
  // The outcome is known now: the next send is a new act.
  await add('Quay Music and Dance Ltd')
  await page.getByRole('heading', { name: 'Quay Music and Dance Ltd', level: 1 }).waitFor()
  expect(new Set(keys).size).toBe(3)
  for (const key of keys) expect(key).toMatch(/^[0-9a-f-]{36}$/)
})

test('a change without a connection is refused at once, and its button is free again', async () => {
  const page = await staff.asRosa()
  await page.goto('/settings/messages')
  await page.getByText('Mail', { exact: true }).click()
  const send = page.getByRole('button', { name: 'Send me a test' })
  await send.waitFor()
  await page.context().setOffline(true)
  await send.click()
  await page.getByRole('alert').getByText('You’re offline, or Embark can’t be reached.').waitFor()
  expect(await send.isEnabled()).toBe(true)
})
