import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { link } from '../../../commands/invitations/link.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { giveConsent } from '../../giveConsent.ts'
import { atBank, browse, startClientSide } from './clientHarness.ts'

// Another bank, beside those that a client shares: on their link and in their home, also after completion.

const side = forFile(startClientSide)

/** A client who shares Northgate, completed, in the browser that they used. */
async function sharing() {
  const client = await side.invite({ steps: { books: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const connected = await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))
  expect(connected.h1).toBe('Bank connected')
  await execute(side.deps.commands, client.target, {
    actor: { type: 'system', id: null },
    command: { do: 'complete' },
  })
  expect((await side.row(client.id)).status).toBe('completed')
  return { client, base, browser, connected }
}
const statesOf = async (id: string) =>
  (
    await side.owner<{ bank: string; state: string }[]>`
      SELECT institution AS bank, state FROM connection WHERE onboarding_id = ${id} ORDER BY created_at`
  ).map(({ bank, state }) => `${bank} ${state}`)

test('a client adds a bank after completion, and what was shared stays shared', async () => {
  const { client, base, browser, connected } = await sharing()
  expect(connected.html).toContain(`href="${base}/another"`)
  expect((await browser.open(base)).html).toContain(`href="${base}/another"`)
  const page = await browser.open(`${base}/another`)
  expect(page.h1).toBe('Add another bank for Harbour Bakery Ltd')
  expect(page.text).toMatch(/Northgate Bank Shared until \d+ \w+ 20/)
  expect(page.text).not.toContain('Nothing has changed')
  // Search and the whole list stay on the page.
  expect((await browser.open(`${base}/another?q=junip`)).h1).toBe(page.h1)
  expect(page.html).toContain(`${base}/another?all=1#banks`)

  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
  const after = await browser.open(await atBank(hosted))
  expect([after.h1, after.text]).toEqual(['Bank connected', expect.stringContaining('Juniper')])
  expect(await statesOf(client.id)).toEqual(['ob-northgate connected', 'ob-juniper connected'])
  expect((await browser.open(`${base}/stop`)).text).toMatch(/Juniper.*Northgate Bank/)
})

test('a trip that is stopped or abandoned changes nothing and says so', async () => {
  const { client, base, browser } = await sharing()
  const before = [await side.step(client.id, 'bank'), (await side.row(client.id)).status]
  const stopped = await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-juniper' }), 'cancel'))
  expect(stopped.h1).toBe('You stopped before finishing')
  expect(stopped.text).toContain('Nothing has changed. Northgate Bank is still shared.')
  expect(stopped.html).not.toContain(`${base}/decline`)

  await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
  expect((await browser.open(base)).h1).toBe('All done')
  const again = await browser.open(`${base}/another`)
  expect(again.text).toMatch(/You left for Juniper at .* Nothing has changed. Northgate Bank is still shared./)
  expect(await statesOf(client.id)).toEqual(['ob-northgate connected'])
  expect([await side.step(client.id, 'bank'), (await side.row(client.id)).status]).toEqual(before)
})

test('a further bank that is down is not said to be written about, since nobody would be', async () => {
  const { client, base, browser } = await sharing()
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
  await atBank(hosted, 'bank_down')
  const page = await browser.open(base)
  expect([page.h1, await statesOf(client.id)]).toEqual(['Juniper isn’t answering', ['ob-northgate connected']])
  expect(page.text).toContain('Come back to this link later.')
  expect(page.text).not.toContain('once it works')
})

test('a bank that waits for a second signatory says so, and not that it is at work', async () => {
  const bank = side.deps.banks.first
  let asksAnother = false
  const status: typeof bank.status = async (...asked) => (asksAnother ? { state: 'signatory' } : bank.status(...asked))
  const told = await startClientSide({ banks: connectors({ ...bank, status }) })
  try {
    await side.alsoReturnTo(told.publicUrl)
    const client = await told.invite({ steps: { books: 'skip' } })
    const base = `/j/${await told.tokenFor(client)}`
    const browser = browse(told.publicUrl)
    await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))
    asksAnother = true
    const back = await atBank(await browser.send(`${base}/bank`, { bank: 'ob-juniper' }), 'signatory')
    const page = await browser.open(back)
    expect(page.h1).toBe('Someone else must approve too')
    expect(page.text).toContain('Juniper')
    expect((await browser.open(base)).h1).toBe(page.h1)
  } finally {
    await told.stop()
  }
})

test('an approval without a return is confirmed in the browser that started it', async () => {
  const { client, base, browser } = await sharing()
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
  await atBank(hosted)
  expect((await browser.submit(`${base}/check`)).h1).toBe('Bank connected')
  expect(await statesOf(client.id)).toEqual(['ob-northgate connected', 'ob-juniper connected'])
})

test('a form without a bank leads to the banks, and a client without a bank has none to add', async () => {
  const { base, browser } = await sharing()
  expect((await browser.submit(`${base}/bank`, { bank: 'ob-nobody' })).h1).toContain('Add another bank')
  const client = await side.invite({ steps: { books: 'skip' } })
  const open = `/j/${await side.tokenFor(client)}`
  expect((await browse(side.publicUrl).open(`${open}/another`)).h1).toBe('Connect your bank for Harbour Bakery Ltd')
})

const asking = (target: { practiceId: string; onboardingId: string }, bank: string | null, isAwaited: boolean) => {
  const named = { institution: bank, institutionName: bank && 'Kestrel' }
  const actor = { type: 'staff', id: null } as const
  return link({ ...side.deps.commands, linkKeys: side.deps.linkKeys }, target, actor, randomUUID(), null, {
    bank: named,
    isAwaited,
  })
}

test('the bank that staff asked for comes first among those to add, and every other can be chosen', async () => {
  const { client, base, browser } = await sharing()
  const before = await browser.open(`${base}/another`)
  await asking(client.target, 'ob-kestrel', false)
  const page = await browser.open(`${base}/another`)
  const tilesOf = ({ html }: { html: string }) => [...html.matchAll(/value="(ob-[^"]+)"/g)].map(([, id]) => id)
  expect(tilesOf(before)[0]).not.toBe('ob-kestrel')
  expect(tilesOf(page)[0]).toBe('ob-kestrel')
  expect(tilesOf(page).slice(1).sort()).toEqual(
    tilesOf(before)
      .filter((id) => id !== 'ob-kestrel')
      .sort(),
  )
})

test('the page to add a bank says which bank the practice means, and nothing where the client chooses', async () => {
  const { client, base, browser } = await sharing()
  const said = async () => (await browser.open(`${base}/another`)).text.match(/asks for [^.]+\./)?.[0]
  expect(await said()).toBeUndefined()
  await asking(client.target, null, false)
  expect(await said()).toBeUndefined()
  await asking(client.target, 'ob-kestrel', true)
  expect(await said()).toBe('asks for Kestrel.')
  await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-kestrel' })))
  expect(await said()).toBeUndefined()
})

test('a client whose completion waits for another bank is led there by their own link, until it is connected', async () => {
  const { client, base, browser } = await sharing()
  await asking(client.target, 'ob-kestrel', true)
  expect((await side.row(client.id)).status).toBe('accepted')
  const page = await browser.open(base)
  expect(page.h1).toBe('Add another bank for Harbour Bakery Ltd')
  expect(page.text).not.toContain('Not now')
  await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-juniper' })))
  expect((await browser.open(base)).h1).toBe(page.h1)
  const after = await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-kestrel' })))
  expect(after.h1).toBe('Bank connected')
  await execute(side.deps.commands, client.target, { actor: { type: 'system', id: null }, command: { do: 'complete' } })
  expect((await side.row(client.id)).status).toBe('completed')
  expect((await browser.open(base)).h1).toBe('All done')
})

test('a client who says no to an awaited bank is not led to it any more, and the practice decides', async () => {
  const { client, base, browser } = await sharing()
  await asking(client.target, 'ob-kestrel', true)
  expect((await browser.open(base)).h1).toBe('Add another bank for Harbour Bakery Ltd')
  await browser.submit(`${base}/tell`, { about: 'no_wish_to_share', only: '1' })
  expect((await browser.open(base)).h1).not.toContain('Add another bank')
  expect(await side.row(client.id)).toMatchObject({ status: 'accepted', move: 'practice', blocked_by: 'another_bank' })
  const [kept] =
    await side.owner`SELECT stopped_at IS NOT NULL AS stopped FROM bank_ask WHERE onboarding_id = ${client.id}`
  expect(kept).toEqual({ stopped: true })
})

test('with ten banks there is no other to add', async () => {
  const { client, base, browser } = await sharing()
  for (let n = 0; n < 9; n += 1) await giveConsent(side.owner, client.id, { institution: `bank ${n}` })
  expect((await browser.open(base)).html).not.toContain('/another')
  expect((await browser.open(`${base}/another`)).h1).toBe('All done')
  expect((await browser.submit(`${base}/bank`, { bank: 'ob-juniper' })).h1).toBe('All done')
})
