import type { Offer, PageSource } from '../../../api/client/page/source.ts'
import type { PageConnection } from '../../../db/connections/shown.ts'
import type { ClientContext, PageLink, PageSession } from '../../../db/invitations/clientPage.ts'
import {
  DAY_MS,
  type Facts,
  HOUR_MS,
  type Instants,
  instantsOf,
  MINUTE_MS,
  type Step,
} from '../../../domain/situation.ts'

export const at = Date.parse('2026-03-03T10:00:00Z')

const never: Instants = { ...instantsOf(at), provisioned: at, invited: at }
const step = (kind: Step['kind'], owner: Step['owner'], set: Partial<Step> = {}): Step => ({
  kind,
  owner,
  required: true,
  startedAt: null,
  doneAt: null,
  skippedAt: null,
  skippedBecause: null,
  failedAt: null,
  phase: null,
  reason: null,
  ...set,
})
export const done = { doneAt: at } as const
export const skipped = { skippedAt: at, skippedBecause: 'not_needed' } as const

export type Given = {
  instants?: Partial<Instants>
  expiresAt?: number
  sentAt?: number | null
  bank?: Partial<Step>
  books?: Partial<Step>
  link?: Partial<PageLink>
  acceptedLinkId?: string | null
  context?: Partial<ClientContext>
  query?: Partial<PageSource['query']>
  now?: number
}

const offer: Offer = {
  connectors: [{ label: 'TrueLayer', legalName: 'TrueLayer Limited', registrationNumber: '901096', accessDays: 90 }],
  choice: { by: 'tiles', tiles: [], query: null, all: false },
  ledgers: [{ id: 'xero', name: 'Xero' }],
  labelOf: () => 'TrueLayer',
  outages: [],
}

/** Returns the input of a page. */
export function source(given: Given): PageSource {
  const { instants, bank, books, link, context, query, now = at + HOUR_MS } = given
  const facts: Facts = {
    id: 'o1',
    seq: 3,
    run: 1,
    instants: { ...never, ...instants },
    expiresAt: given.expiresAt ?? at + 7 * DAY_MS,
    snoozedUntil: null,
    lastActAt: at,
    settleAt: null,
    sentAt: given.sentAt ?? at,
    invitation: {
      id: 'i2',
      generation: 2,
      channels: ['email', 'sms'],
      asks: false,
      from: at,
      claimed: true,
      bulk: false,
      acceptedChannel: instants?.accepted ? 'email' : null,
      acceptedLinkId: given.acceptedLinkId === undefined ? (instants?.accepted ? 'l1' : null) : given.acceptedLinkId,
    },
    steps: [step('bank', 'client', bank), step('books', 'practice', books), step('mapping', 'practice')],
    messages: [],
    reminded: { client: null, staff: null },
    hasContact: true,
    zone: 'Europe/London',
    policy: { windowMs: 7 * DAY_MS, giveUpAfterMs: 90 * DAY_MS },
  } as Facts
  return {
    facts,
    now,
    base: '/j/t',
    url: 'https://embark.example/j/t',
    offer,
    account: { is: 'new' },
    query: { choose: false, connected: false, books: false, checked: false, ...query },
    context: {
      software: 'xero',
      practice: {
        name: 'Marsh & Lowe',
        timeZone: 'Europe/London',
        brandColour: null,
        logoId: null,
        phone: null,
        postalAddress: null,
        replyTo: null,
        privacyContact: null,
        reasonBank: null,
        reasonBooks: null,
      },
      setupGuide: null,
      organisationId: 'g1',
      organisation: 'Harbour Bakery Ltd',
      person: null,
      payments: false,
      link: {
        id: 'l1',
        generation: 2,
        channel: 'email',
        purpose: 'accept',
        endedAt: null,
        phone: null,
        textsStopped: false,
        email: 'jo@harbour.example',
        number: null,
        known: false,
        removed: false,
        replacedAt: null,
        ...link,
      },
      inviterName: 'Rosa Marsh',
      hasEmail: true,
      hasPhone: true,
      declineReason: null,
      declineNote: null,
      bankSession: null,
      booksSession: null,
      connections: [],
      ...context,
    },
  }
}

export const accepted = { accepted: at }
export const trip = (set: Partial<PageSession>): PageSession => ({
  id: 's1',
  provider: 'truelayer',
  institution: 'ob-northgate',
  institutionName: 'Northgate Bank',
  status: 'failed',
  statusAt: at + HOUR_MS - MINUTE_MS,
  expiresAt: at + DAY_MS,
  cameBack: null,
  isSameBrowser: true,
  leftAt: at,
  isWithSignatory: false,
  failure: 'cancelled',
  failureReason: 'because',
  ...set,
})
export const connection = (set: Partial<PageConnection> = {}): PageConnection => ({
  id: 'c1',
  kind: 'bank',
  provider: 'truelayer',
  name: 'Northgate Bank',
  state: 'connected',
  accessUntil: at + 90 * DAY_MS,
  endedAt: null,
  institution: 'ob-northgate',
  givenAt: at,
  askedAt: null,
  asksMade: 0,
  endsThere: null,
  isCut: false,
  stoppedByClient: false,
  accounts: [{ name: 'Business current account', last4: '5678', sortCode: '123456' }],
  missing: [],
  ...set,
})
export const stopped = connection({ state: 'disconnected', endedAt: at, stoppedByClient: true })
export const theirBooks = { owner: 'client' } as const
export const old = { id: 'l0', generation: 1, endedAt: at, replacedAt: at }
