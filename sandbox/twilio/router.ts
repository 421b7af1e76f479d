import { type Request, Router } from 'express'
import { credentials } from '../credentials.ts'
import { answering, gate } from '../gate.ts'
import type { Message } from '../messages.ts'
import { basicAuth, formBody, requestText } from '../requests.ts'
import type { World } from '../world.ts'
import { twilioCourier } from './callback.ts'
import { answerRefusal, TwilioRefusal, twilioShapes } from './failure.ts'
import { refuseByFault, sendText, wireNow } from './send.ts'
import { readText } from './text.ts'

/** Plays api.twilio.com: programmable messaging. */
export function twilioRouter(world: World): Router {
  const router = Router()
  world.deliveries.serve('twilio', twilioCourier)

  router.use(gate(world, 'twilio', (request) => [operationOf(request)], twilioShapes))
  router.use((request, _response, next) => {
    authenticate(request)
    if (!world.rates.take('twilio', world.setup.get().twilio.perSecond, 1_000).allowed) {
      throw new TwilioRefusal(429, 20429, 'Too Many Requests')
    }
    next()
  })

  router.post('/2010-04-01/Accounts/:account/Messages.json', (request, response) => {
    const isTest = ownAccount(request) === credentials.twilio.testAccountSid
    const text = readText(formBody(request), world, isTest)
    refuseByFault(world, requestText(request))
    response.status(201).json(sendText(world, text, requestText(request), isTest))
  })

  router.get('/2010-04-01/Accounts/:account/Messages.json', (request, response) => {
    liveAccount(request)
    response.json(listPage(world, request))
  })

  router.get('/2010-04-01/Accounts/:account/Messages/:sid.json', (request, response) => {
    liveAccount(request)
    response.json(wireNow(found(world, request)))
  })

  router.use((request) => {
    throw new TwilioRefusal(404, 20404, `The requested resource ${request.path} was not found`)
  })
  router.use(answering(TwilioRefusal, answerRefusal))
  return router
}

function operationOf({ method, path }: Request): string {
  if (path.endsWith('/Messages.json')) return method === 'POST' ? 'send' : 'list'
  return method === 'GET' ? 'get' : 'other'
}

function authenticate(request: Request): void {
  const { accountSid, authToken, testAccountSid, testAuthToken } = credentials.twilio
  const basic = basicAuth(request)
  const isLive = basic?.name === accountSid && basic.password === authToken
  const isTest = basic?.name === testAccountSid && basic.password === testAuthToken
  if (!isLive && !isTest) throw new TwilioRefusal(401, 20003, 'Authenticate')
}

/** Returns the account in the path; it must be the one that signed in. Throws TwilioRefusal. */
function ownAccount(request: Request): string {
  const account = String(request.params.account)
  if (account !== basicAuth(request)?.name) {
    throw new TwilioRefusal(404, 20404, `The requested resource ${request.path} was not found`)
  }
  return account
}

function liveAccount(request: Request): void {
  if (ownAccount(request) === credentials.twilio.testAccountSid) {
    throw new TwilioRefusal(403, 20008, 'Resource not accessible with Test Account Credentials')
  }
}

function found(world: World, request: Request): Message {
  const message = world.messages.byProviderId(String(request.params.sid))
  if (message?.channel !== 'sms') {
    throw new TwilioRefusal(404, 20404, `The requested resource ${request.path} was not found`)
  }
  return message
}

function listPage(world: World, request: Request): object {
  const { To, PageSize, Page, Before } = request.query as Record<string, string | undefined>
  const pageSize = Math.min(1_000, Math.max(1, Number(PageSize ?? 50) || 50))
  const page = Math.max(0, Number(Page ?? 0) || 0)
  const listed = world.messages.list({
    channel: 'sms',
    limit: pageSize + 1,
    ...(To && { to: To.replaceAll(' ', '+') }),
    ...(Before && { before: Number(Before) }),
  })
  const shown = listed.slice(0, pageSize)
  const base = `/2010-04-01/Accounts/${credentials.twilio.accountSid}/Messages.json`
  const uriOf = (extra: Record<string, string>) =>
    `${base}?${new URLSearchParams({ ...(To && { To }), PageSize: String(pageSize), ...extra })}`
  const last = shown.at(-1)
  return {
    messages: shown.map(wireNow),
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, shown.length - 1),
    uri: uriOf({ Page: String(page) }),
    first_page_uri: uriOf({ Page: '0' }),
    next_page_uri: listed.length > pageSize && last ? uriOf({ Page: String(page + 1), Before: String(last.id) }) : null,
    previous_page_uri: null,
  }
}
