import { HTTPError } from 'ky'
import { z } from 'zod'
import { readCompanyNumber } from '../../domain/fields/ukFormats.ts'
import { ProviderFailure } from '../failure.ts'
import { remembered } from '../remembered.ts'
import { exchangeWith, type ReadRefusal, restClient } from '../rest.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { CompanyRegister, RegisteredCompany, Rest } from './register.ts'

const companiesHouse = { name: 'companies_house', label: 'Companies House' }

/** Timeout in ms: a person is typing, so a later answer is of no use. */
const TIMEOUT_MS = 3_000
const SHOWN = 10
/** Answers are cached, because one key may make only 600 requests in five minutes. */
const ANSWER_KEPT_MS = 10 * 60_000
const MOST_KEPT = 1_000
/** The wait in ms after a 429 that names no delay: a whole window. */
const RATE_WINDOW_MS = 5 * 60_000

/** An optional text; a value of a wrong type becomes null. */
const textOrNothing = z.string().nullish().catch(null)
const address = z
  .object({
    premises: textOrNothing,
    address_line_1: textOrNothing,
    address_line_2: textOrNothing,
    locality: textOrNothing,
    region: textOrNothing,
    postal_code: textOrNothing,
    country: textOrNothing,
  })
  .nullish()
  .catch(null)

/** Entries may lack any field: each is parsed alone, so that one without a name hides no other. */
const found = z.object({ items: z.array(z.unknown()) })
const entry = z.object({
  company_number: z.string().min(1),
  title: z.string().min(1),
  company_status: textOrNothing,
  date_of_creation: textOrNothing,
  address_snippet: textOrNothing,
  address,
})

const profile = z.object({
  company_number: z.string(),
  company_name: z.string(),
  company_status: textOrNothing,
  date_of_creation: textOrNothing,
  registered_office_address: address,
})

const readRefusal: ReadRefusal = ({ status }) => {
  const kind = 'misconfigured'
  if (status === 401) return { kind, message: 'Companies House does not accept our key.' }
  if (status === 403) return { kind, message: 'Companies House does not accept our key from this address.' }
  return null
}

/** Keeps the pause in this process only. */
function restHere(now: () => number): Rest {
  let untilMs = 0
  return {
    leftMs: async () => Math.max(0, untilMs - now()),
    begin: async (forMs) => {
      untilMs = now() + forMs
    },
  }
}

/** Creates the client of the United Kingdom's company register. `apiKey` is the Basic user name. */
export function createCompaniesHouse(
  config: { apiKey: string; baseUrl: string },
  now = Date.now,
  rest: Rest = restHere(now),
): CompanyRegister {
  const authorization = `Basic ${Buffer.from(`${config.apiKey}:`).toString('base64')}`
  const http = restClient(config.baseUrl).extend({
    headers: { authorization },
    timeout: TIMEOUT_MS,
    totalTimeout: TIMEOUT_MS,
    retry: { limit: 1 },
  })

  /** Runs a call unless a pause is in force; starts a pause when the register asks for one. */
  async function ask<T>(work: () => Promise<T>): Promise<T> {
    const waitMs = await rest.leftMs()
    if (waitMs > 0) throw tooMany(waitMs)
    return exchangeWith(companiesHouse, readRefusal, async () => {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof HTTPError) || error.response.status !== 429) throw error
        const forMs = restOf(error.response.headers, now())
        await rest.begin(forMs, 'Companies House asks us to slow down.')
        throw tooMany(forMs)
      }
    })
  }

  async function byNumber(number: string): Promise<RegisteredCompany | null> {
    try {
      const one = await http.get(`company/${encodeURIComponent(number)}`).json(profile)
      return {
        number: one.company_number,
        name: one.company_name,
        ...standing(one.company_status),
        registeredOn: one.date_of_creation ?? null,
        address: oneLine(one.registered_office_address),
        ...placeOf(one.registered_office_address),
      }
    } catch (error) {
      if (error instanceof HTTPError && error.response.status === 404) return null
      throw error
    }
  }

  async function byText(q: string): Promise<RegisteredCompany[]> {
    try {
      const { items } = await http.get('search/companies', { searchParams: { q, items_per_page: SHOWN } }).json(found)
      return items.flatMap((item) => {
        const { data: one } = entry.safeParse(item)
        return one
          ? {
              number: one.company_number,
              name: one.title,
              ...standing(one.company_status),
              registeredOn: one.date_of_creation ?? null,
              address: one.address_snippet ?? oneLine(one.address),
              ...placeOf(one.address),
            }
          : []
      })
    } catch (error) {
      // 416: the page is past the end of the results.
      if (error instanceof HTTPError && error.response.status === 416) return []
      throw error
    }
  }

  const search = remembered(ANSWER_KEPT_MS, MOST_KEPT, now, (text: string) =>
    ask(async () => {
      const number = readCompanyNumber(text)
      const [exact, named] = await Promise.all([number.ok ? byNumber(number.value) : null, byText(text)])
      const others = named
        .filter((one) => one.number !== exact?.number)
        .sort((one, other) => rankOf(one) - rankOf(other))
      return exact ? [exact, ...others] : others
    }),
  )
  return { ...companiesHouse, search: (text) => search(text.trim().replace(/\s+/g, ' ').toLowerCase()) }
}

const tooMany = (waitMs: number) =>
  new ProviderFailure(companiesHouse.name, 'rate_limited', 'Companies House asks us to slow down.', waitMs)

/** Returns the pause that a 429 asks for, in ms: its header's delay, else a whole window. */
function restOf(headers: Headers, now: number): number {
  const saidMs = retryAfterMs(null, (name) => headers.get(name), new Date(now))
  const resetsInMs = Number(headers.get('x-ratelimit-reset')) * 1000 - now
  const wishedMs = saidMs ?? resetsInMs
  return wishedMs > 0 && wishedMs <= 2 * RATE_WINDOW_MS ? wishedMs : RATE_WINDOW_MS
}

const ENDED = ['dissolved', 'converted-closed', 'closed', 'removed']

const standing = (status: string | null | undefined) => ({
  status: status || null,
  isEnded: ENDED.includes(status ?? ''),
})

const rankOf = ({ status, isEnded }: RegisteredCompany): number => (isEnded ? 2 : status === 'active' ? 0 : 1)

type Address = z.infer<typeof address>

const placeOf = (at: Address) => ({ locality: at?.locality ?? null, postcode: at?.postal_code ?? null })

function oneLine(at: Address): string | null {
  if (!at) return null
  const street = [at.premises, at.address_line_1].filter(Boolean).join(' ')
  const parts = [street, at.address_line_2, at.locality, at.region, at.country, at.postal_code]
  return parts.filter(Boolean).join(', ') || null
}
