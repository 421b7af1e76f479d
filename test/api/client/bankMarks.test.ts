import { expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { waitFor } from '../../waitFor.ts'
import { outbound } from '../practice/testIdentity.ts'
import { browse, startClientSide } from './clientHarness.ts'

const side = forFile(() => startClientSide({ outbound, usualBanks: ['Kestrel', 'Northgate'] }))

test('banks carry their marks, redrawn by us and inside the page, and the usual ones come first', async () => {
  const client = await side.invite()
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  // The first page does not wait for pictures: banks show their letter until their marks are drawn.
  const first = await browser.open(base)
  expect(first.html).toContain('<i aria-hidden="true">K</i>')
  const banks = [...first.html.matchAll(/value="(ob-[^"]+)"/g)].map(([, id]) => id)
  expect(banks.slice(0, 2)).toEqual(['ob-kestrel', 'ob-northgate-business'])

  const page = await waitFor(
    'eight marks',
    async () => {
      const seen = await browser.open(base)
      return seen.html.match(/<img src="data:image\/png;base64,/g)?.length === 8 ? seen : undefined
    },
    60_000,
  )
  expect(Buffer.byteLength(page.html)).toBeLessThanOrEqual(30_000)
  expect(page.html).not.toContain(side.sandbox.url)
  for (const [, mark = ''] of page.html.matchAll(/src="data:image\/png;base64,([^"]+)"/g)) {
    expect(Buffer.from(mark, 'base64').length).toBeLessThanOrEqual(1_000)
  }
  // The whole list has no pictures, so that it fits.
  expect((await browser.open(`${base}?all=1`)).html).not.toContain('<img src="data:')
})
