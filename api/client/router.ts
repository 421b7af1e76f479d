import { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import { readPlaces } from '../../db/users/portal.ts'
import { openAsks } from '../../domain/connections/bankAsks.ts'
import type { ClientView, PrivacyContact } from '../../pages/client/view.ts'
import type { Dependencies } from '../dependencies.ts'
import { signedInPerson, signOut } from '../portal/session.ts'
import {
  type Act,
  askNewLink,
  askToSignIn,
  checkBank,
  doAccept,
  doReport,
  letIn,
  maySeeSharing,
  type Said,
  sayAllBanks,
  startBank,
  startBooks,
  stillShared,
  stopSharing,
  stopTheTexts,
} from './acts.ts'
import { browserOf, isFromElsewhere } from './browser.ts'
import { forms, readForm } from './forms.ts'
import { failedPage, formOriginsOf, missed, tooManyForms } from './guard.ts'
import { createOffers } from './offer/offer.ts'
import { type Opened, openLink } from './open.ts'
import { pageFor } from './page/pageFor.ts'
import { canAddBank } from './page/shared.ts'
import { behindOf, type PageSource } from './page/source.ts'
import { standingOf } from './page/standing.ts'
import {
  accountsClosed,
  chooseAgain,
  isAsked,
  keepPage,
  keepSharing,
  keptPage,
  laterPage,
  reconnectPage,
} from './renewal.ts'
import { type Answer, respond } from './respond.ts'
import {
  formFor,
  formPage,
  newLinkAskedPage,
  reportedPage,
  sharingPage,
  signInAskedPage,
  stopPage,
  textsStoppedPage,
} from './subpages.ts'

type Query = { q: string | null; all: boolean } & PageSource['query']

const PLAIN: Query = { q: null, all: false, choose: true, connected: false, books: false, checked: false }

/** Serves a link's pages and forms: `/j/{token}`, `/privacy`, `/accessibility`. GET and HEAD change nothing. */
export function clientRouter(deps: Dependencies): Router {
  const router = Router()
  const offers = createOffers(deps)
  const formOrigins = formOriginsOf(deps)
  const send = (response: Response, answer: Answer) => respond(response, answer, formOrigins)

  async function mainPage(opened: Opened, query: Query): Promise<Answer> {
    const { facts, now, context, base, target, account } = opened
    const standing = standingOf(facts, context.link, now)
    const asked = openAsks(facts).findLast(({ institution }) => institution !== null)
    const suggested = asked?.institution ?? context.bankSession?.institution ?? null
    const tiles =
      standing === 'open' || standing === 'own'
        ? { q: query.q, all: query.all, suggested, business: context.person === null }
        : null
    const offer = await offers.offer(target.practiceId, tiles)
    const choose = query.choose || query.all || query.q !== null
    const url = `${deps.publicUrl}${base}`
    const places =
      facts.invitation?.asks && standing === 'open' && account.is === 'existing' && account.signedIn
        ? await readPlaces(deps.db, account.email, context.organisationId)
        : []
    return { view: pageFor({ facts, now, context, base, url, offer, account, places, query: { ...query, choose } }) }
  }

  /** Returns the page that asks to keep sharing, or the link's own page if its holder is not the one to ask. */
  async function keepOrMain(opened: Opened, query: Query): Promise<Answer> {
    const page = keepPage(deps, opened)
    return 'view' in page ? page : mainPage(opened, query)
  }

  const aboutPage = (page: 'privacy' | 'accessibility', opened: Opened | null): ClientView => {
    const behind = opened && behindOf(opened)
    const providers = deps.banks.all.map(({ legalName }) => legalName)
    return page === 'privacy' ? { page, behind, contact: opened && contactOf(opened), providers } : { page, behind }
  }

  const open = async (request: Request, countsView: boolean): Promise<Opened | null> => {
    const reader = await signedInPerson(deps, request)
    return openLink(deps.db, tokenOf(request), countsView, reader?.address ?? null, browserOf(request, deps.publicUrl))
  }

  /** Registers a page: opens the link and answers with `page`. */
  const get = (path: string, page: (opened: Opened, request: Request) => Answer | Promise<Answer>) =>
    router.get(path, async (request, response) => {
      const opened = await open(request, request.method === 'GET' && path === '/j/:token')
      send(response, opened ? await page(opened, request) : await missed(deps, request))
    })

  /** Registers a form: validates it, then `act` returns the next address. An invalid form shows the page again. */
  function post<T>(
    path: string,
    schema: z.ZodType<T>,
    act: (act: Act, form: T) => Promise<string | Answer | null>,
  ): void {
    router.get(path, async (request, response) => send(response, { to: `/j/${encodeURIComponent(tokenOf(request))}` }))
    router.post(path, async (request, response) => {
      const opened = await open(request, false)
      if (!opened) return send(response, await missed(deps, request))
      const { base, context } = opened
      if (isFromElsewhere(request)) return send(response, { to: base })
      const waits = await tooManyForms(deps, context.link.id, context.practice.timeZone, base)
      if (waits) return send(response, waits)
      const form = await readForm(request, response, schema)
      const to = form === null ? null : await act({ deps, opened, request, response }, form)
      if (to !== null) return send(response, typeof to === 'string' ? { to } : to)
      const again = await mainPage(opened, PLAIN)
      send(response, 'view' in again ? { ...again, status: 400 } : again)
    })
  }

  /** Registers a form without fields that always leads to the same page. */
  const press = (form: string, page: string, act: (act: Act) => Promise<unknown>) =>
    post(`/j/:token/${form}`, forms.nothing, async (pressed) => {
      await act(pressed)
      return `${pressed.opened.base}${page}`
    })

  get('/j/:token/another', (opened, request) =>
    standingOf(opened.facts, opened.context.link, opened.now) === 'own' && canAddBank(opened.facts, opened.context)
      ? mainPage(opened, { ...queryOf(request), another: true })
      : { to: opened.base },
  )
  get('/j/:token', (opened, request) => {
    const query = queryOf(request)
    return isAsked(opened) && !query.connected ? keepOrMain(opened, query) : mainPage(opened, query)
  })
  get('/j/:token/keep', (opened) => keepPage(deps, opened))
  get('/j/:token/keep/later', laterPage)
  get('/j/:token/keep/:connection', (opened, request) => reconnectPage(deps, opened, String(request.params.connection)))
  get('/j/:token/kept/:connection', (opened, request) =>
    keptPage(deps, opened, String(request.params.connection), request.query.again === '1'),
  )
  get('/j/:token/decline', (opened) => formPage(opened, 'decline'))
  get('/j/:token/wrong-company', (opened) => formPage(opened, 'wrong-company'))
  get('/j/:token/wrong-person', (opened) => formPage(opened, 'wrong-person'))
  get('/j/:token/told', (opened, request) => reportedPage(opened, request.query.about))
  get('/j/:token/new-link', newLinkAskedPage)
  get('/j/:token/stop-texts', textsStoppedPage)
  get('/j/:token/sign-in', signInAskedPage)
  for (const page of ['privacy', 'accessibility'] as const) {
    get(`/j/:token/${page}`, (opened) => ({ view: aboutPage(page, opened) }))
    router.get(`/${page}`, (_request, response) => send(response, { view: aboutPage(page, null) }))
  }
  get('/j/:token/stop', sharingPage)
  get('/j/:token/stop/:connection', (opened, request) => stopPage(opened, String(request.params.connection), deps))

  post('/j/:token/bank', forms.bank, async (act, { bank: id }) => {
    const { listed, first } = await offers.banks(act.opened.target.practiceId)
    const bank = listed?.find(({ routes }) => routes.some(({ institution }) => institution === id)) ?? null
    // The page had tiles, so a bank must be chosen here.
    if (!listed || bank) return startBank(act, bank, first)
    return canAddBank(act.opened.facts, act.opened.context) ? `${act.opened.base}/another` : null
  })
  post('/j/:token/keep', forms.keep, (act, { agree, again }) => keepSharing(act, agree, again))
  post('/j/:token/closed', forms.closed, (act, { connection, asOf }) => accountsClosed(act, connection, asOf))
  post('/j/:token/choose-again', forms.connection, (act, { connection }) => chooseAgain(act, connection))
  post('/j/:token/check', forms.nothing, checkBank)
  post('/j/:token/all-banks', forms.nothing, sayAllBanks)
  post('/j/:token/books', forms.books, async (act, { ledger: name }) => {
    const ledger = deps.ledgers.find(name)
    return ledger && startBooks(act, ledger)
  })
  press('accept', '', (act) => doAccept(act, null))
  post('/j/:token/let-in', forms.letIn, async (act, { same }) => {
    await letIn(act, same || null)
    return act.opened.base
  })
  const reportThen = async (act: Act, said: Said) => {
    const { base } = act.opened
    // Something may have been connected since the form was shown: then its page says so first.
    if (!said.only && stillShared(act.opened, said.about).length > 0) return `${base}/${formFor(said.about)}`
    return (await doReport(act, said)) ? `${base}/told?about=${said.about}` : base
  }
  post('/j/:token/decline', forms.decline, (act, { reason: text }) =>
    reportThen(act, { about: 'no_wish_to_share', text, name: null, email: null }),
  )
  post('/j/:token/tell', forms.tell, reportThen)
  press('new-link', '/new-link', askNewLink)
  press('sign-in', '/sign-in', askToSignIn)
  press('sign-out', '', ({ request, response }) => signOut(deps, request, response))
  press('stop-texts', '/stop-texts', stopTheTexts)
  post('/j/:token/stop', forms.connection, async (act, { connection }) => {
    if (!maySeeSharing(act.opened)) return act.opened.base
    await stopSharing(act, connection)
    return `${act.opened.base}/stop/${connection}`
  })

  router.use('/j', async (request, response) => send(response, await missed(deps, request)))
  router.use(failedPage(deps))
  return router
}

/** Returns whom a client asks about personal data, and where; the reply address stands in every mail, too. */
function contactOf({ context: { practice } }: Opened): PrivacyContact {
  const { privacyContact: person, phone, replyTo, postalAddress } = practice
  return { person, ways: [phone, replyTo, postalAddress].filter((way) => way !== null) }
}

const tokenOf = (request: Request): string => String(request.params.token)

function queryOf({ query }: Request): Query {
  const q = typeof query.q === 'string' ? query.q.replace(/\p{C}/gu, '').trim().slice(0, 60) : ''
  const is = (name: string) => query[name] === '1'
  return {
    q: q || null,
    all: is('all'),
    choose: is('choose'),
    connected: is('connected'),
    books: is('books'),
    checked: is('checked'),
  }
}
