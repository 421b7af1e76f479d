import { describe, expect, test } from 'vitest'
import { tilesFor } from '../../../api/client/offer/tiles.ts'
import { pageFor } from '../../../api/client/page/pageFor.ts'
import type { ClientContext } from '../../../db/invitations/clientPage.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../domain/situation.ts'
import type { ClientView } from '../../../pages/client/view.ts'
import {
  accepted,
  at,
  connection,
  done,
  type Given,
  old,
  skipped,
  source,
  stopped,
  theirBooks,
  trip,
} from './pageSource.ts'

const table: [name: string, given: Given, page: ClientView['page']][] = [
  ['invited', {}, 'invitation'],
  ['invited, at the instant of expiry', { now: at + 7 * DAY_MS }, 'invitation'],
  ['invited, the millisecond after', { now: at + 7 * DAY_MS + 1 }, 'expired'],
  ['invited, the bank not asked for', { bank: skipped }, 'join'],
  ['invited, the bank there already', { bank: done, books: theirBooks }, 'join'],
  ['invited, an older link', { link: old }, 'replaced'],
  ['invited, a link that was ended', { link: { endedAt: at } }, 'replaced'],
  ['expired and recorded', { instants: { expired: at }, expiresAt: at }, 'expired'],
  ['expired, an older link', { instants: { expired: at }, expiresAt: at, link: old }, 'replaced'],
  ['declined', { instants: { declined: at } }, 'declined'],
  ['declined by somebody else, an older link', { instants: { declined: at }, link: old }, 'replaced'],
  ['cancelled', { instants: { cancelled: at } }, 'cancelled'],
  ['cancelled, an older link', { instants: { cancelled: at }, link: old }, 'cancelled'],
  [
    'cancelled with the bank still connected, an older link',
    { instants: { cancelled: at, accepted: at }, link: old, context: { connections: [connection()] } },
    'replaced',
  ],
  ['gave up', { instants: { gaveUp: at, expired: at } }, 'gave-up'],
  ['accepted with this link', { instants: accepted }, 'resume-bank'],
  ['accepted, a continue link', { instants: accepted, link: { id: 'l9', purpose: 'continue' } }, 'resume-bank'],
  ['accepted with another link', { instants: accepted, link: { id: 'l2', endedAt: at } }, 'already-accepted'],
  ['accepted, and this link ended since', { instants: accepted, link: { endedAt: at } }, 'already-accepted'],
  ['accepted, an older link', { instants: accepted, link: old }, 'replaced'],
  ['bank: the person stopped', { instants: accepted, context: { bankSession: trip({}) } }, 'bank-stopped'],
  ['bank: refused', { instants: accepted, context: { bankSession: trip({ failure: 'refused' }) } }, 'bank-refused'],
  [
    'bank: down',
    { instants: accepted, bank: { reason: 'bank_down' }, context: { bankSession: trip({ failure: 'bank_down' }) } },
    'bank-down',
  ],
  [
    'bank: down, and working again',
    { instants: accepted, context: { bankSession: trip({ failure: 'bank_down' }) } },
    'resume-bank',
  ],
  [
    'bank: no accounts',
    { instants: accepted, context: { bankSession: trip({ failure: 'no_accounts' }) } },
    'bank-no-accounts',
  ],
  [
    'bank: not started',
    { instants: accepted, context: { bankSession: trip({ failure: 'unavailable' }) } },
    'bank-not-started',
  ],
  ['bank: ended by us', { instants: accepted, context: { bankSession: trip({ failure: 'ended' }) } }, 'resume-bank'],
  ['bank: stopped long ago', { instants: accepted, context: { bankSession: trip({ statusAt: at }) } }, 'resume-bank'],
  [
    'bank: stopped, choosing anew',
    { instants: accepted, query: { choose: true }, context: { bankSession: trip({}) } },
    'resume-bank',
  ],
  [
    'bank: left, and not back',
    { instants: accepted, bank: { phase: 'at_provider' }, context: { bankSession: trip({ status: 'pending' }) } },
    'bank-left',
  ],
  [
    'bank: left, and starting again',
    { instants: accepted, query: { choose: true }, context: { bankSession: trip({ status: 'pending' }) } },
    'resume-bank',
  ],
  [
    'bank: opened, and not left',
    { instants: accepted, context: { bankSession: trip({ status: 'pending', leftAt: null }) } },
    'resume-bank',
  ],
  [
    'bank: left, and not back in time',
    { instants: accepted, context: { bankSession: trip({ status: 'pending', expiresAt: at }) } },
    'bank-too-long',
  ],
  [
    'bank: ended because its time was over',
    { instants: accepted, context: { bankSession: trip({ expiresAt: at + HOUR_MS - MINUTE_MS }) } },
    'bank-too-long',
  ],
  [
    'bank: processing',
    { instants: accepted, bank: { phase: 'processing' }, context: { bankSession: trip({ status: 'pending' }) } },
    'bank-processing',
  ],
  [
    'bank: signatory',
    { instants: accepted, bank: { phase: 'signatory' }, context: { bankSession: trip({ status: 'pending' }) } },
    'bank-signatory',
  ],
  [
    'bank: approved, nobody came back',
    { instants: accepted, context: { bankSession: trip({ status: 'pending', cameBack: 'nobody' }) } },
    'confirm-return',
  ],
  [
    'bank: approved, nobody came back, seen elsewhere',
    {
      instants: accepted,
      context: { bankSession: trip({ status: 'pending', cameBack: 'nobody', isSameBrowser: false }) },
    },
    'bank-asked-elsewhere',
  ],
  [
    'bank: back in another browser',
    { instants: accepted, context: { bankSession: trip({ status: 'pending', cameBack: 'elsewhere' }) } },
    'bank-asked-elsewhere',
  ],
  [
    'bank: not confirmed in time',
    {
      instants: accepted,
      context: { bankSession: trip({ status: 'pending', cameBack: 'nobody', expiresAt: at + MINUTE_MS }) },
    },
    'bank-forgotten',
  ],
  [
    'bank: not confirmed, forgotten',
    { instants: accepted, context: { bankSession: trip({ failure: 'unconfirmed' }) } },
    'bank-forgotten',
  ],
  ['bank connected', { instants: accepted, bank: done, context: { connections: [connection()] } }, 'bank-connected'],
  ['bank marked done by hand', { instants: accepted, bank: done }, 'done'],
  [
    'bank connected, software next',
    { instants: accepted, bank: done, books: theirBooks, context: { connections: [connection()] } },
    'resume-books',
  ],
  [
    'just back, software next',
    {
      instants: accepted,
      bank: done,
      books: theirBooks,
      query: { connected: true },
      context: { connections: [connection()] },
    },
    'bank-connected',
  ],
  [
    'no wish to share the bank, software next',
    { instants: accepted, bank: { failedAt: at, reason: 'stopped' }, books: theirBooks },
    'resume-books',
  ],
  [
    'no wish to share the bank, nothing else',
    { instants: accepted, bank: { failedAt: at, reason: 'stopped' } },
    'told',
  ],
  [
    'stopped sharing',
    { instants: accepted, bank: { phase: 'lost', reason: 'stopped' }, context: { connections: [stopped] } },
    'stopped-before',
  ],
  [
    'stopped sharing, and connecting again',
    {
      instants: accepted,
      bank: { phase: 'lost', reason: 'stopped' },
      query: { choose: true },
      context: { connections: [stopped] },
    },
    'resume-bank',
  ],
  [
    'stopped sharing after completion',
    { instants: { ...accepted, completed: at }, bank: done, context: { connections: [stopped] } },
    'stopped-before',
  ],
  [
    'the practice stopped reading',
    {
      instants: accepted,
      bank: { phase: 'lost' },
      context: { connections: [{ ...stopped, stoppedByClient: false }] },
    },
    'resume-bank',
  ],
  [
    'software, left to the practice, wanted all the same',
    { instants: accepted, query: { books: true } },
    'resume-books',
  ],
  [
    'no wish, then another thought',
    { instants: accepted, bank: { failedAt: at, reason: 'stopped' }, books: theirBooks, query: { choose: true } },
    'resume-bank',
  ],
  [
    'both theirs and done',
    { instants: accepted, bank: done, books: { ...theirBooks, ...done }, context: { connections: [connection()] } },
    'done',
  ],
  ['software done, bank open', { instants: accepted, books: { ...theirBooks, ...done } }, 'resume-bank'],
  ['nothing asked of them', { instants: accepted, bank: skipped }, 'done'],
  [
    'completed',
    { instants: { ...accepted, completed: at }, bank: done, context: { connections: [connection()] } },
    'done',
  ],
  ['completed 30 days ago', { instants: { ...accepted, completed: at }, bank: done, now: at + 30 * DAY_MS }, 'done'],
  [
    'completed longer ago',
    { instants: { ...accepted, completed: at }, bank: done, now: at + 30 * DAY_MS + 1 },
    'finished',
  ],
  [
    'completed long ago, a link sent since',
    { instants: { ...accepted, completed: at }, bank: done, sentAt: at + 40 * DAY_MS, now: at + 50 * DAY_MS },
    'done',
  ],
  [
    'completed, another link',
    { instants: { ...accepted, completed: at }, bank: done, link: { id: 'l2', endedAt: at } },
    'already-accepted',
  ],
]

describe('who gets which page', () => {
  test.each(table)('%s', (_name, given, page) => {
    expect(pageFor(source(given)).page).toBe(page)
  })
})

describe('what is on it', () => {
  const of = <P extends ClientView['page']>(page: P, given: Given) => {
    const view = pageFor(source(given))
    expect(view.page).toBe(page)
    return view as Extract<ClientView, { page: P }>
  }

  test('the consent’s date is the connector’s', () => {
    expect(of('invitation', {}).bank.ask.accessUntil).toBe(at + HOUR_MS + 90 * DAY_MS)
  })
  test('steps are those the client is asked for', () => {
    expect(of('invitation', {}).bank.steps).toBe(1)
    expect(of('invitation', { books: theirBooks }).bank.steps).toBe(2)
  })
  test('texts can be stopped on a page that came in one, once', () => {
    const texted = { channel: 'sms', phone: '+447700900123' } as const
    expect(of('invitation', { link: texted }).textedNumber).toBe('07700 900123')
    expect(of('invitation', { link: { ...texted, textsStopped: true } }).textedNumber).toBe(null)
  })
  test('an end is named while there is one', () => {
    expect(of('invitation', {}).worksUntil).toBe(at + 7 * DAY_MS)
    expect(of('resume-bank', { instants: accepted }).worksUntil).toBe(null)
  })
  test('the last try is told where it has no page of its own', () => {
    const told = of('resume-bank', { instants: accepted, query: { choose: true }, context: { bankSession: trip({}) } })
    expect(told.lastTry).toEqual({ outcome: 'stopped', at: 'Northgate Bank' })
  })
  test('a message is promised to whoever can be reached, and many are spoken of when there are', () => {
    const down = (context: Partial<ClientContext>) =>
      of('bank-down', {
        instants: accepted,
        bank: { reason: 'bank_down' },
        context: { bankSession: trip({ failure: 'bank_down' }), ...context },
      })
    expect(down({})).toMatchObject({ outage: false, tellBy: 'email' })
    expect(down({ hasEmail: false }).tellBy).toBe('sms')
    expect(down({ hasEmail: false, hasPhone: false }).tellBy).toBe(null)
    const { link } = source({ link: { textsStopped: true } }).context
    expect(down({ hasEmail: false, link }).tellBy).toBe(null)
    const given = { instants: accepted, link: { id: 'l2', endedAt: at } }
    expect(of('already-accepted', { ...given, context: { hasEmail: false, hasPhone: false } }).sendBy).toBe(null)
  })
  test('whom they named is not shown again', () => {
    const declined = { instants: { declined: at } }
    const named = { declineReason: 'not_the_right_person', declineNote: 'Sam, sam@x.example' }
    expect(of('declined', { ...declined, context: named }).reason).toBe('I’m not the right person')
    const own = { declineReason: 'no_wish', declineNote: 'We changed accountants' }
    expect(of('declined', { ...declined, context: own }).reason).toBe('We changed accountants')
  })
  test('only whoever accepted sees where to stop sharing', () => {
    const cancelled = { instants: { ...accepted, cancelled: at }, context: { connections: [connection()] } }
    expect(of('cancelled', cancelled)).toMatchObject({
      connected: [{ name: 'Northgate Bank' }],
      manageHref: '/j/t/stop',
    })
    expect(of('cancelled', { ...cancelled, link: { id: 'l2' } }).manageHref).toBe(null)
  })
})

describe('tiles', () => {
  const banks = ['Albion', 'Barclays', 'Crédit & Co', 'HSBC UK', 'Northgate', 'Northgate Business', 'Tidewater'].map(
    (name) => ({
      id: `ob-${name.toLowerCase().replaceAll(' ', '-')}`,
      name,
    }),
  )
  const choices = { mostUsed: ['ob-northgate'], failsSince: { 'ob-albion': at } }
  const names = (query: Partial<Parameters<typeof tilesFor>[2]>) =>
    tilesFor(banks, choices, { q: null, all: false, suggested: null, business: true, ...query }).map(
      (tile) => tile.name,
    )

  test('the suggested one, the most used, the well known, the rest', () => {
    expect(names({ suggested: 'ob-tidewater' })).toEqual([
      'Tidewater',
      'Northgate',
      'Barclays',
      'HSBC UK',
      'Albion',
      'Crédit & Co',
      'Northgate Business',
    ])
  })
  test('of a practice whose clients have used none, the usual banks come first, each in the kind that fits', () => {
    const listed = ['Albion', 'Barclays', 'Barclays Business', 'HSBC Business', 'HSBC UK', 'Lloyds'].map((name) => ({
      id: name,
      name,
    }))
    const none = { mostUsed: [], failsSince: {} }
    const first = (business: boolean, usual?: string[]) =>
      tilesFor(listed, none, { q: null, all: false, suggested: null, business }, usual).map(({ name }) => name)
    expect(first(true)).toEqual(['Barclays Business', 'HSBC Business', 'Lloyds', 'Barclays', 'HSBC UK', 'Albion'])
    expect(first(false)).toEqual(['Barclays', 'HSBC UK', 'Lloyds', 'Barclays Business', 'HSBC Business', 'Albion'])
    expect(first(false, ['Albion'])[0]).toBe('Albion')
  })
  test('all of them as they come', () => expect(names({ all: true })).toEqual(banks.map((one) => one.name)))
  test.each([
    ['north', ['Northgate', 'Northgate Business']],
    ['bus', ['Northgate Business']],
    ['CREDIT', ['Crédit & Co']],
    ['h.s.b.c', ['HSBC UK']],
    ['gate', ['Northgate', 'Northgate Business']],
    ['mars', []],
  ])('a search for %s', (q, found) => expect(names({ q })).toEqual(found))
  test('trouble is shown', () => {
    const [first] = tilesFor(banks, choices, { q: 'albion', all: false, suggested: null, business: true })
    expect(first?.failsSince).toBe(at)
  })
})

test('the client’s own software comes first; what cannot be connected leaves the order as it is', () => {
  const ledgers = ['xero', 'quickbooks', 'sage'].map((id) => ({ id, name: id }))
  const tiles = (software: 'sage' | 'kashflow' | 'unknown') => {
    const given = source({ instants: accepted, books: theirBooks, bank: done, context: { software } })
    const view = pageFor({ ...given, offer: { ...given.offer, ledgers } })
    return view.page === 'resume-books' && [view.usual, view.ledgers.map(({ id }) => id).join(' ')]
  }
  expect(tiles('sage')).toEqual([true, 'sage xero quickbooks'])
  expect(tiles('kashflow')).toEqual([false, 'xero quickbooks sage'])
  expect(tiles('unknown')).toEqual([false, 'xero quickbooks sage'])
})

test('books that the practice sets up by hand are not the client’s to connect', () => {
  const byHand = source({ instants: accepted, books: { ...theirBooks, way: 'by_hand' }, bank: done })
  expect(pageFor(byHand).page).not.toBe('resume-books')
})
