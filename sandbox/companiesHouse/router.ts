import { type Request, type Response, Router } from 'express'
import { credentials } from '../credentials.ts'
import { type FailureShapes, gate } from '../gate.ts'
import { basicAuth, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { COMPANIES, type Company, findCompanies } from './companies.ts'

const WINDOW_MS = 5 * 60_000
const LARGEST_PAGE = 100

/** Plays api.company-information.service.gov.uk: search and company profile. */
export function companiesHouseRouter(world: World): Router {
  const router = Router()
  router.use(gate(world, 'companiesHouse', operationOf, shapesOf(world)))
  router.use((request, response, next) => {
    if (!request.get('authorization')) return refuse(response, 401, 'Empty Authorization header')
    const given = basicAuth(request)
    // The key is the user name; there is no password.
    if (given?.name !== credentials.companiesHouse.apiKey || given.password !== '') {
      return refuse(response, 401, 'Invalid Authorization')
    }
    if (world.faults.take('companiesHouse', operationOf(request), ['forbidden'], requestText(request))) {
      return refuse(response, 403, 'Forbidden')
    }
    const limit = world.setup.get().companiesHouse.perFiveMinutes
    const { allowed, remaining, resetMs } = world.rates.take('companiesHouse', limit, WINDOW_MS)
    rateHeaders(response, limit, remaining, world.now() + resetMs)
    if (!allowed) return void response.status(429).end()
    next()
  })

  router.get('/search/companies', (request, response) => {
    const { q } = request.query
    if (typeof q !== 'string' || q.trim() === '') {
      return void response.status(400).json({ errors: [{ error: 'invalid-parameter', type: 'ch:validation' }] })
    }
    const perPage = Math.min(LARGEST_PAGE, count(request.query.items_per_page) ?? 20)
    const start = count(request.query.start_index) ?? 0
    const all = findCompanies(q)
    // The real service leaves out the item when one item a page is asked for and the query is its number.
    const isLost = perPage === 1 && all[0]?.number === q.trim().toUpperCase()
    const items = isLost ? [] : all.slice(start, start + perPage)
    const shown: Record<string, unknown>[] = items.map(searchItem)
    // The real service omits fields: here the first item loses its name, the second its address, the third its status.
    if (world.faults.take('companiesHouse', ['search'], ['gaps'], requestText(request))) {
      delete shown[0]?.title
      delete shown[1]?.address
      delete shown[1]?.address_snippet
      delete shown[2]?.company_status
    }
    response.json({
      kind: 'search#companies',
      items: shown,
      total_results: all.length,
      items_per_page: perPage,
      start_index: start,
      page_number: Math.floor(start / Math.max(1, perPage)) + 1,
    })
  })

  router.get('/company/:number', (request, response) => {
    const company = COMPANIES.find((one) => one.number === request.params.number)
    if (company) return void response.json(profile(company))
    response.status(404).json({ errors: [{ error: 'company-profile-not-found', type: 'ch:service' }] })
  })

  router.use((_request, response) => void response.status(404).end())
  return router
}

const operationOf = (request: Request): string[] => [request.path.startsWith('/search') ? 'search' : 'profile']

function shapesOf(world: World): FailureShapes {
  return {
    serverError: (response) => void response.status(502).type('text/html').send('<h1>502 Bad Gateway</h1>'),
    rateLimited: (response, retryAfterSeconds) => {
      // The real service sends only the end of the window, no Retry-After.
      response.removeHeader('Retry-After')
      const limit = world.setup.get().companiesHouse.perFiveMinutes
      rateHeaders(response, limit, 0, world.now() + retryAfterSeconds * 1_000)
      response.status(429).type('text/html').send('<h1>Too Many Requests</h1>')
    },
  }
}

function rateHeaders(response: Response, limit: number, remaining: number, resetsAt: number): void {
  response.set({
    'X-Ratelimit-Limit': String(limit),
    'X-Ratelimit-Remain': String(remaining),
    'X-Ratelimit-Reset': String(Math.ceil(resetsAt / 1_000)),
    'X-Ratelimit-Window': '5m',
  })
}

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error, type: 'ch:service' })
}

function count(given: unknown): number | null {
  return typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : null
}

function searchItem({ number, name, status, type, created, ceased, office }: Company): Record<string, unknown> {
  const { premises, address_line_1, locality, postal_code } = office
  const snippet = [[premises, address_line_1].filter(Boolean).join(' '), locality, postal_code].filter(Boolean)
  return {
    kind: 'searchresults#company',
    company_number: number,
    title: name,
    company_status: status,
    company_type: type,
    ...(created && { date_of_creation: created }),
    ...(ceased && { date_of_cessation: ceased }),
    ...(snippet.length > 0 && { address_snippet: snippet.join(', ') }),
    address: office,
    description: `${number} - ${status}`,
    links: { self: `/company/${number}` },
    matches: { title: [] },
  }
}

function profile({ number, name, status, type, jurisdiction, created, ceased, sic, office }: Company): object {
  const { premises, address_line_1, ...rest } = office
  const street = [premises, address_line_1].filter(Boolean).join(' ')
  return {
    company_name: name,
    company_number: number,
    company_status: status,
    type,
    jurisdiction,
    ...(sic.length > 0 && { sic_codes: sic }),
    ...(created && { date_of_creation: created }),
    ...(ceased && { date_of_cessation: ceased }),
    registered_office_address: { ...(street && { address_line_1: street }), ...rest },
    etag: Buffer.from(`${number}:${name}`).toString('hex').slice(0, 40),
    links: { self: `/company/${number}` },
  }
}
