import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { invite } from '../../../commands/invitations/invite.ts'
import { DAY_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { browse, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

const staff = { type: 'api_key', id: null } as const
const channels = ['email', 'sms', 'link'] as const

/** Returns a client who got a mail and a text, and whose link was copied too. */
async function invitedThreeWays() {
  const phone = `+4477009${String(Math.floor(Math.random() * 1e5)).padStart(5, '0')}`
  const client = await side.invite({ phone, channels: ['email', 'sms'] })
  const tokens = await Promise.all(channels.map((channel) => side.tokenFor(client, channel)))
  return { client, tokens }
}

const pageTitles = {
  carryOn: 'Carry on: connect your bank for Harbour Bakery Ltd',
  accepted: 'You’ve already accepted',
  withdrawn: 'Marsh & Lowe Accountants has withdrawn this invitation',
  newer: 'There is a newer link',
  expired: 'This link has expired',
}

type Meddler = 'expire' | 'cancel' | 'resend'
const mixes: [string, Meddler[]][] = [
  ['mixed with resend', ['resend']],
  ['mixed with cancel', ['cancel']],
  ['while it expires', ['expire']],
  ['mixed with expire, cancel and resend', ['expire', 'cancel', 'resend']],
]

/** The moment of the other acts: before any acceptance, in the middle, and after the first answer. */
const moments = ['before', 'amid', 'after'] as const
/** The number of simultaneous attempts: most where the winner is open. */
const ATTEMPTS = { before: 30, amid: 200, after: 30 }
/** The remaining time of the link at that moment, when it expires meanwhile. */
const LEFT_MS = { before: 0, amid: 25, after: DAY_MS }

describe('exactly one acceptance', () => {
  /** Runs one client with all attempts and other acts. Returns true if an acceptance succeeded. */
  async function race(meddlers: Meddler[], moment: (typeof moments)[number]): Promise<boolean> {
    const { client, tokens } = await invitedThreeWays()
    const browsers = tokens.map(() => browse(side.publicUrl))
    const { commands } = side.deps
    const meddle: Record<Meddler, () => Promise<unknown>> = {
      expire: () => execute(commands, client.target, { actor: staff, command: { do: 'expire' } }),
      cancel: () =>
        execute(commands, client.target, { actor: staff, command: { do: 'cancel', requestId: randomUUID() } }),
      resend: () => invite(commands, client.target, staff, randomUUID(), {}),
    }
    // Without an expiry it is late enough for a resend.
    await side.shift(client, meddlers.includes('expire') ? 7 * DAY_MS - LEFT_MS[moment] : 2 * MINUTE_MS)
    const comes = {
      before: () => Promise.all(meddlers.map((meddler) => meddle[meddler]())),
      amid: () => sleep(10).then(comes.before),
      after: () => Promise.race(attempts).then(comes.before),
    }
    const early = moment === 'before' ? comes.before() : null
    const attempts = Array.from({ length: ATTEMPTS[moment] }, (_, n) =>
      browsers[n % 3]!.send(`/j/${tokens[n % 3]}/accept`),
    )
    const [answers] = await Promise.all([Promise.all(attempts), early ?? comes[moment]()])
    expect(answers.every((to) => tokens.some((token) => to === `${side.publicUrl}/j/${token}`))).toBe(true)

    const events = await side.events(client.id)
    const acceptances = events.filter((event) => event.kind === 'accepted')
    const row = await side.row(client.id)
    expect(acceptances.length).toBe(row.accepted_at === null ? 0 : 1)
    const [acceptance] = acceptances
    const kinds = events.map((event) => event.kind)
    if (acceptance) {
      expect(kinds).not.toContain('expired')
      expect(kinds).not.toContain('resent')
      if (kinds.includes('cancelled')) expect(kinds.indexOf('cancelled')).toBeGreaterThan(kinds.indexOf('accepted'))
    }
    const [invitation] = await side.owner<{ accepted_channel: string | null }[]>`
      SELECT accepted_channel FROM invitation WHERE onboarding_id = ${client.id} AND generation = ${row.generation}`
    expect(invitation?.accepted_channel ?? null).toBe(acceptance?.data.channel ?? null)

    const winner = channels.indexOf(acceptance?.data.channel as 'email')
    const expected = (n: number) => {
      if (row.status === 'cancelled') return [410, pageTitles.withdrawn]
      if (row.status === 'accepted') return n === winner ? [200, pageTitles.carryOn] : [409, pageTitles.accepted]
      return row.generation === 1 ? [410, pageTitles.expired] : [410, pageTitles.newer]
    }
    const pages = await Promise.all(tokens.map((token, n) => browsers[n]!.open(`/j/${token}`)))
    expect(pages.map((page) => [page.status, page.h1])).toEqual(pages.map((_page, n) => expected(n)))
    return acceptance !== undefined
  }

  test('under 200 parallel attempts through e-mail, SMS and copied link', async () => {
    expect(await race([], 'amid')).toBe(true)
  })

  test.each(mixes)('under 200 parallel attempts through e-mail, SMS and copied link, %s', async (_name, meddlers) => {
    const accepted: Record<string, boolean> = {}
    for (const moment of moments) accepted[moment] = await race(meddlers, moment)
    // Both outcomes occur; in between either one may.
    expect(accepted).toMatchObject({ before: false, after: true })
  })

  test('a resend before it leaves every older link with a page that says so', async () => {
    const { client, tokens } = await invitedThreeWays()
    await side.shift(client, 2 * MINUTE_MS)
    await invite(side.deps.commands, client.target, staff, randomUUID(), {})
    const browser = browse(side.publicUrl)
    for (const token of tokens) {
      const page = await browser.submit(`/j/${token}/accept`)
      expect([page.status, page.h1]).toEqual([410, pageTitles.newer])
    }
    expect((await side.row(client.id)).accepted_at).toBe(null)
  })

  test('the same link twice is one acceptance and no error', async () => {
    const { client, tokens } = await invitedThreeWays()
    const browser = browse(side.publicUrl)
    const both = await Promise.all([1, 2].map(() => browser.submit(`/j/${tokens[0]}/accept`)))
    expect(both.map((page) => page.h1)).toEqual([pageTitles.carryOn, pageTitles.carryOn])
    expect((await side.events(client.id)).filter((event) => event.kind === 'accepted').length).toBe(1)
  })

  test('choosing a bank twice starts two trips and accepts once', async () => {
    const { client, tokens } = await invitedThreeWays()
    const browser = browse(side.publicUrl)
    const both = await Promise.all([1, 2].map(() => browser.send(`/j/${tokens[0]}/bank`, { bank: 'ob-northgate' })))
    expect(new Set(both).size).toBe(2)
    expect(both.every((to) => to.includes('/truelayer/app/connections/'))).toBe(true)
    expect((await side.events(client.id)).filter((event) => event.kind === 'accepted').length).toBe(1)
  })
})

describe('expiry', () => {
  test('an acceptance up to the instant of expiry wins however late expiry runs; one after it loses even with no worker up', async () => {
    const browser = browse(side.publicUrl)
    const inTime = await side.invite()
    const inTimeToken = await side.tokenFor(inTime)
    // A second before the end: nothing else ran, and nothing will.
    await side.shift(inTime, 7 * DAY_MS - 1_000)
    expect((await browser.submit(`/j/${inTimeToken}/accept`)).h1).toBe(pageTitles.carryOn)
    await side.shift(inTime, DAY_MS)
    const late = await execute(side.deps.commands, inTime.target, { actor: staff, command: { do: 'expire' } })
    expect([late.result, (await side.row(inTime.id)).status]).toEqual(['unchanged', 'accepted'])

    const tooLate = await side.invite()
    const tooLateToken = await side.tokenFor(tooLate)
    await side.shift(tooLate, 7 * DAY_MS + 1)
    const page = await browser.submit(`/j/${tooLateToken}/accept`)
    expect([page.status, page.h1]).toEqual([410, pageTitles.expired])
    // The expiry is not recorded yet: the row still says invited, and the instant decides.
    expect(await side.row(tooLate.id)).toMatchObject({ status: 'invited', accepted_at: null })
  })
})
