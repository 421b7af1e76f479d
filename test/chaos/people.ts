import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { findIn, headingOf, type Page, Visitor } from '../../dev/demo/visitor.ts'
import type { Chance } from '../../dev/history/random.ts'

/** Stories of clients, by weight. Each ends in a state in which nothing happens by itself for days. */
export const STORIES = {
  connects: 6,
  connects_books: 3,
  skipped: 3,
  silent: 3,
  resent: 3,
  declines: 2,
  cancelled: 3,
  cancel_undone: 2,
  reopened: 2,
} as const
export type Story = keyof typeof STORIES

/** The addresses of an API and of its sandbox, and the calls of the sandbox's control interface. */
export type Served = {
  url: string
  sandboxUrl: string
  control: (method: string, path: string, body?: unknown) => Promise<unknown>
}

/** A practice of the run, with its API key. */
export type ChaosPractice = { id: string; key: string }

/** A client of the run, with the acknowledged requests by the kind of their event. */
export type Told = {
  story: Story
  practiceId: string
  name: string
  email: string
  phone: string | null
  onboardingId: string | null
  acknowledged: string[]
  /** Refused requests, which some stories expect. */
  refused: string[]
  /** Answers that no fault excuses, and stories that could not be finished. */
  faulty: string[]
}

/** Thrown when a person would try again: the service or the provider does not answer now. */
class Again extends Error {}

const PATIENCE_MS = 240_000
const NORTHGATE = 'ob-northgate'

type Onboarding = {
  id: string
  status: string
  steps: { kind: string; state: string }[]
  connections: { id: string; kind: string }[]
  suggestions: { bankAccount: string; ledgerAccount: string | null }[] | null
}

/** Plays one client from creation to end; every person retries until there is an answer. */
export async function play(
  { url, sandboxUrl, control }: Served,
  practice: ChaosPractice,
  story: Story,
  chance: Chance,
): Promise<Told> {
  const id = randomUUID()
  const phone = chance.happens(0.3) ? `+447400${100_000 + chance.whole(900_000)}` : null
  const told: Told = {
    story,
    practiceId: practice.id,
    name: `Chaos ${id}`,
    email: `jo.${id}@harbour.example`,
    phone,
    onboardingId: null,
    acknowledged: [],
    refused: [],
    faulty: [],
  }

  /** Repeats the work, as people and their systems do, until it succeeds or the time is up. */
  const insist = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(chance.between(200, 1_000))) {
      try {
        return await work()
      } catch (error) {
        // `fetch` throws a TypeError when the server does not listen or the connection breaks.
        const passing = error instanceof Again || error instanceof TypeError || isTimeout(error)
        if (!passing || Date.now() > end) throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
      }
    }
  }
  const isTimeout = (error: unknown) => error instanceof Error && error.name === 'TimeoutError'

  /** Calls the API under one key until it answers; records acknowledged requests. Returns null when it refused. */
  const call = <T>(method: string, path: string, body?: unknown, event?: string): Promise<T | null> => {
    const key = randomUUID()
    return insist(`${method} ${path}`, async () => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${practice.key}`,
          ...(method === 'POST' && { 'idempotency-key': key, 'content-type': 'application/json' }),
        },
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
        signal: AbortSignal.timeout(20_000),
      })
      const text = await response.text()
      if (response.status === 503 || response.status === 429) throw new Again(`${response.status}`)
      // The same request is still running: the next attempt gets its outcome.
      if (response.status === 409 && text.includes('"in_progress"')) throw new Again('in progress')
      if (response.status >= 500) told.faulty.push(`${method} ${path}: ${response.status} ${text.slice(0, 200)}`)
      if (!response.ok) {
        told.refused.push(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
        return null
      }
      if (event) told.acknowledged.push(event)
      return (text ? JSON.parse(text) : null) as T
    })
  }
  const read = async (): Promise<Onboarding> => {
    const found = await call<Onboarding>('GET', `/onboardings/${told.onboardingId}`)
    if (!found) throw new Error(`${told.onboardingId} is not found`)
    return found
  }
  const checked = (page: Page): Page => {
    if (page.status === 503 || page.status === 429) throw new Again(`${page.status}`)
    if (page.status >= 500) told.faulty.push(`${new URL(page.url).pathname.slice(0, 6)}: ${page.status}`)
    return page
  }
  const link = (subject: RegExp) =>
    insist('the mail', async () => {
      const { messages } = (await control('GET', `/messages?to=${told.email}&channel=email`)) as {
        messages: { subject: string; text: string }[]
      }
      const mail = messages.find((one) => subject.test(one.subject))
      const found = mail && /https?:\/\/\S+\/j\/[\w-]+/.exec(mail.text)?.[0]
      if (!found) throw new Again('no mail')
      return found
    })
  const INVITED = /./

  /** Connects the bank with two clicks, and repeats them in the same browser when one failed. */
  const connectBank = (address: string) => {
    const jo = new Visitor()
    return insist('the bank', async () => {
      if ((await read()).steps.some((one) => one.kind === 'bank' && one.state === 'done')) return
      const page = await afterTrip(jo, address, checked(await jo.open(address)))
      const bank = /name="bank"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="bank"/.exec(page.html)
      if (bank) {
        const atBank = checked(await jo.submit(page, `${new URL(address).pathname}/bank`, { bank: NORTHGATE }))
        if (atBank.url.startsWith(sandboxUrl)) {
          if (!told.acknowledged.includes('accepted')) told.acknowledged.push('accepted')
          checked(await jo.submit(atBank, `${new URL(atBank.url).pathname}/decide`, { action: 'approve' }))
        }
      }
      throw new Again(`not connected yet, and the page says “${headingOf(page)}”`)
    })
  }
  /** Answers the page that asks after a trip whose return was lost: checks first, then starts again. */
  const afterTrip = async (jo: Visitor, address: string, page: Page): Promise<Page> => {
    const check = `${new URL(address).pathname}/check`
    const asks = (one: Page) => one.html.includes(`action="${check}"`)
    if (!asks(page)) return page
    const answer = checked(await jo.submit(page, check, {}))
    return asks(answer) ? checked(await jo.open(`${address}?choose=1`)) : answer
  }
  const connectBooks = () =>
    insist('the books', async () => {
      if ((await read()).steps.some((one) => one.kind === 'books' && one.state === 'done')) return
      const opened = await call<{ url: string }>('POST', `/onboardings/${told.onboardingId}/connections`, {
        step: 'books',
        provider: 'xero',
      })
      if (!opened) throw new Again('no session')
      const rosa = new Visitor()
      const asked = checked(await rosa.open(opened.url))
      const atXero = checked(await rosa.submit(asked, new URL(opened.url).pathname, {}))
      if (!atXero.url.startsWith(sandboxUrl)) throw new Again('not at the ledger')
      if (atXero.status >= 400) throw new Again('the ledger does not answer')
      checked(
        await rosa.submit(atXero, findIn(atXero, /<form[^>]*action="([^"]*decide[^"]*)"/), {
          request: findIn(atXero, /name="request"[^>]*value="([^"]+)"/),
          action: 'approve',
          user: `${id}@practice.example`,
          new_organisation: told.name,
        }),
      )
      throw new Again('not connected yet')
    })
  const match = async () => {
    const { suggestions, connections } = await read()
    const books = connections.find((one) => one.kind === 'books')
    const matches = suggestions?.map(({ bankAccount, ledgerAccount }) => ({ bankAccount, ledgerAccount }))
    if (books && matches) await call('POST', `/connections/${books.id}/mapping`, { matches }, 'mapped')
  }
  const onboarding = (path: string, body?: unknown, event?: string) =>
    call('POST', `/onboardings/${told.onboardingId}${path}`, body, event)

  const books = story === 'connects_books'
  const invites = story !== 'skipped' && story !== 'reopened'
  const created = await call<Onboarding>(
    'POST',
    '/onboardings',
    {
      organisation: { name: told.name },
      invitation: invites
        ? {
            name: 'Jo Marsden',
            email: told.email,
            ...(phone && { phone }),
            channels: phone ? ['email', 'sms'] : ['email'],
          }
        : null,
      steps: books ? {} : { books: 'skip', ...(!invites && { bank: 'skip' }) },
    },
    'created',
  )
  if (!created) {
    told.faulty.push(`not created: ${told.refused.join('; ')}`)
    return told
  }
  told.onboardingId = created.id
  await sleep(chance.wait(1_000))

  const acts: Record<Story, () => Promise<void>> = {
    connects: async () => connectBank(await link(INVITED)),
    connects_books: async () => {
      await connectBank(await link(INVITED))
      await connectBooks()
      await match()
    },
    skipped: async () => {},
    silent: async () => void (await link(INVITED)),
    resent: async () => {
      await link(INVITED)
      // Two sends need a minute between them, so an early resend may be refused.
      await onboarding('/invitations', {}, 'resent')
    },
    declines: async () => void (await onboarding('/decline', { reason: 'not_now' }, 'declined')),
    cancelled: async () => void (await onboarding('/cancel', { reason: 'duplicate' }, 'cancelled')),
    cancel_undone: async () => {
      await onboarding('/cancel', { reason: 'duplicate' }, 'cancelled')
      await onboarding('/cancel/undo', {}, 'undone')
    },
    reopened: async () => {
      await insist('the end', async () => {
        if ((await read()).status !== 'completed') throw new Again('not completed yet')
      })
      if (await onboarding('/reopen', { steps: ['books'] }, 'reopened')) {
        await onboarding('/steps/books/skip', {}, 'step_skipped')
      }
    },
  }
  await acts[story]().catch((error: Error) => told.faulty.push(`${story} ${told.onboardingId}: ${error.message}`))
  return told
}
