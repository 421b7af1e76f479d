import { HTTPError } from 'ky'
import { z } from 'zod'
import { readCompanyNumber } from '../../domain/fields/ukFormats.ts'
import { ProviderFailure } from '../failure.ts'
import { remembered } from '../remembered.ts'
import { exchangeWith, type ReadRefusal, restClient } from '../rest.ts'
import type { CompanyRegistry, RegisteredCompany } from './registry.ts'

const companiesHouse = { name: 'companies_house', label: 'Companies House' }

/** Somebody is typing: an answer that takes longer is of no use. */
const TIMEOUT_MS = 3_000
const SHOWN = 10
/** What was asked lately is not asked again: 600 requests in five minutes are all that one key may make. */
const KEPT_MS = 10 * 60_000
const MOST_KEPT = 1_000
/** The wait after a 429 that does not say how long: a whole window. */
const WINDOW_MS = 5 * 60_000

const textOrNothing = z.string().nullish()
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

const found = z.object({
  items: z.array(
    z.object({
      company_number: z.string(),
      title: z.string(),
      company_status: textOrNothing,
      date_of_creation: textOrNothing,
      address_snippet: textOrNothing,
      address,
    }),
  ),
})

const profile = z.object({
  company_number: z.string(),
  company_name: z.string(),
  company_status: textOrNothing,
  date_of_creation: textOrNothing,
  registered_office_address: address,
})

const readRefusal: ReadRefusal = ({ status }) => {
  if (status !== 401 && status !== 403) return null
  return { kind: 'misconfigured', message: 'Companies House does not accept our key.' }
}

/** The register of companies of the United Kingdom. `apiKey` is the user name of its Basic authentication. */
export function createCompaniesHouse(config: { apiKey: string; baseUrl: string }, now = Date.now): CompanyRegistry {
  const authorization = `Basic ${Buffer.from(`${config.apiKey}:`).toString('base64')}`
  const http = restClient(config.baseUrl).extend({
    headers: { authorization },
    timeout: TIMEOUT_MS,
    totalTimeout: TIMEOUT_MS * 2,
    retry: { limit: 1 },
  })
  let silentUntil = 0

  /** Keeps silent for as long as the register asked: those who go on asking are banned. */
  async function ask<T>(work: () => Promise<T>): Promise<T> {
    const waitMs = silentUntil - now()
    if (waitMs > 0) throw tooMany(waitMs)
    return exchangeWith(companiesHouse, readRefusal, async () => {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof HTTPError) || error.response.status !== 429) throw error
        const resetsAt = Number(error.response.headers.get('x-ratelimit-reset')) * 1000
        silentUntil = resetsAt > now() && resetsAt <= now() + 2 * WINDOW_MS ? resetsAt : now() + WINDOW_MS
        throw tooMany(silentUntil - now())
      }
    })
  }

  async function byNumber(number: string): Promise<RegisteredCompany | null> {
    try {
      const one = await http.get(`company/${number}`).json(profile)
      return {
        number: one.company_number,
        name: one.company_name,
        status: one.company_status ?? 'unknown',
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
    const searchParams = { q, items_per_page: SHOWN }
    const { items } = await http.get('search/companies', { searchParams }).json(found)
    return items.map((one) => ({
      number: one.company_number,
      name: one.title,
      status: one.company_status ?? 'unknown',
      registeredOn: one.date_of_creation ?? null,
      address: one.address_snippet ?? oneLine(one.address),
      ...placeOf(one.address),
    }))
  }

  const search = remembered(KEPT_MS, MOST_KEPT, now, (text: string) =>
    ask(async () => {
      const number = readCompanyNumber(text)
      const exact = number.ok ? await byNumber(number.value) : null
      return exact ? [exact] : byText(text)
    }),
  )
  return { ...companiesHouse, search: (text) => search(text.trim().replace(/\s+/g, ' ').toLowerCase()) }
}

const tooMany = (waitMs: number) =>
  new ProviderFailure(companiesHouse.name, 'rate_limited', 'Companies House asks us to slow down.', waitMs)

type Address = z.infer<typeof address>

const placeOf = (at: Address) => ({ locality: at?.locality ?? null, postcode: at?.postal_code ?? null })

function oneLine(at: Address): string | null {
  if (!at) return null
  const street = [at.premises, at.address_line_1].filter(Boolean).join(' ')
  const parts = [street, at.address_line_2, at.locality, at.region, at.country, at.postal_code]
  return parts.filter(Boolean).join(', ') || null
}
