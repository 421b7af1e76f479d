import { randomUUID } from 'node:crypto'
import { type NextFunction, type Request, type Response, Router } from 'express'
import { answering, gate } from '../gate.ts'
import type { Book, BookAccount, Company } from '../ledgers/book.ts'
import { bearerToken, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { answerFault, Fault, quickbooksShapes } from './fault.ts'

const MINUTE_MS = 60_000
const PER_MINUTE = 500
const PER_SECOND = 10
const LARGEST_PAGE = 1_000
const QUERY =
  /^select \* from Account where AccountType = 'Bank' and Active = true startposition (\d+) maxresults (\d+)$/

/** Plays quickbooks.api.intuit.com: the company and its bank accounts. */
export function quickbooksApiRouter(world: World, book: Book): Router {
  const router = Router()
  const guard = (operation: string) => [
    gate(world, 'quickbooks', [operation], quickbooksShapes),
    (request: Request, response: Response, next: NextFunction) => {
      response.set('intuit_tid', randomUUID())
      if (world.faults.take('quickbooks', [operation], ['html'], requestText(request))) {
        return void response.status(502).type('html').send('<html><body>Bad gateway</body></html>')
      }
      response.locals.company = openCompany(world, book, request, operation)
      next()
    },
  ]

  router.get('/v3/company/:realm/companyinfo/:id', ...guard('organisation'), (request, response) => {
    const company = response.locals.company as Company
    if (request.params.id !== company.id) throw new Fault(400, '610', 'Object Not Found', 'ValidationFault')
    answer(world, response, { CompanyInfo: companyWire(company) })
  })

  router.get('/v3/company/:realm/query', ...guard('accounts'), (request, response) => {
    const [, start = '', most = ''] = QUERY.exec(String(request.query.query ?? '')) ?? []
    if (start === '' || Number(most) > LARGEST_PAGE) {
      throw new Fault(400, '4000', 'QueryParserError: the query cannot be read', 'ValidationFault')
    }
    const { accounts } = response.locals.company as Company
    const shown = accounts
      .filter((one) => one.kind === 'bank' && !one.isHidden)
      .slice(Number(start) - 1)
      .slice(0, Number(most))
    const QueryResponse =
      shown.length === 0
        ? {}
        : { Account: shown.map(accountWire), startPosition: Number(start), maxResults: shown.length }
    answer(world, response, { QueryResponse })
  })

  router.use(() => {
    throw new Fault(400, '2010', 'Unsupported Operation', 'ValidationFault')
  })
  router.use(answering(Fault, answerFault))
  return router
}

/** Returns the company of a call, after the checks of token, realm and limits. Throws Fault. */
function openCompany(world: World, book: Book, request: Request, operation: string): Company {
  const text = requestText(request)
  const fault = world.faults.take(
    'quickbooks',
    [operation],
    ['token_expired', 'disconnected', 'no_plan', 'fault_in_200'],
    text,
  )
  const grant = book.access(bearerToken(request))
  if (typeof grant === 'string' || fault?.kind === 'token_expired') {
    const message = 'message=AuthenticationFailed; errorCode=003200; statusCode=401'
    throw new Fault(401, '3200', message, 'AUTHENTICATION', 'lower')
  }
  if (fault?.kind === 'no_plan')
    throw new Fault(401, '120', 'message=AuthorizationFailed; errorCode=000120', 'AUTHENTICATION', 'lower')
  if (fault?.kind === 'fault_in_200') throw new Fault(200, '10000', 'An application error has occurred', 'SystemFault')
  const realm = String(request.params.realm)
  if (fault?.kind === 'disconnected') book.end(grant.email, grant.companyId)
  const company = grant.companyId === realm ? book.company(realm) : null
  if (!company || fault?.kind === 'disconnected') {
    const message = 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403'
    throw new Fault(403, '3100', message, 'SERVICE', 'lower')
  }
  const minute = world.rates.take(`quickbooks/${realm}/minute`, PER_MINUTE, MINUTE_MS)
  const second = world.rates.take(`quickbooks/${realm}/second`, PER_SECOND, 1_000)
  if (!minute.allowed || !second.allowed) {
    throw new Fault(429, '003001', 'message=ThrottleExceeded; errorCode=003001; statusCode=429', 'SERVICE', 'lower')
  }
  return company
}

function answer(world: World, response: Response, content: object): void {
  const body = { ...content, time: new Date(world.now()).toISOString() }
  // XML is the default: a client without the Accept header must notice here.
  if ((response.req.get('accept') ?? '').includes('application/json')) response.json(body)
  else response.type('text/xml').send('<?xml version="1.0"?><IntuitResponse/>')
}

const companyWire = ({ name }: Company) => ({
  Id: '1',
  SyncToken: '4',
  CompanyName: name,
  LegalName: name,
  Country: 'GB',
  FiscalYearStartMonth: 'January',
  SupportedLanguages: 'en',
  DefaultTimeZone: 'Europe/London',
  NameValue: [{ Name: 'CompanyType', Value: 'Other' }],
  MetaData: { CreateTime: '2024-03-01T09:00:00Z', LastUpdatedTime: '2026-03-01T09:00:00Z' },
  domain: 'QBO',
  sparse: false,
})

const accountWire = ({ id, name, number, currency }: BookAccount) => ({
  Id: id,
  SyncToken: '0',
  Name: name,
  FullyQualifiedName: name,
  AcctNum: number,
  Active: true,
  Classification: 'Asset',
  AccountType: 'Bank',
  AccountSubType: 'Checking',
  CurrentBalance: 0,
  CurrencyRef: { value: currency, name: currency },
  SubAccount: false,
  domain: 'QBO',
  sparse: false,
})
