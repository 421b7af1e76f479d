import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { finishBanks } from '../../commands/connections/banks/finishBanks.ts'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { tokenOf } from '../../commands/invitations/linkTokens.ts'
import { countHit } from '../../db/rateLimit.ts'
import { findLoginLink } from '../../db/users/portal.ts'
import { normaliseEmail } from '../../domain/fields/emailAddress.ts'
import { MINUTE_MS } from '../../domain/situation.ts'
import { isFromElsewhere } from '../client/browser.ts'
import { readForm } from '../client/forms.ts'
import { failedPage, missed, tooManyForms, waitUntil } from '../client/guard.ts'
import { stopView } from '../client/page/shared.ts'
import { behindOf } from '../client/page/source.ts'
import { type Answer, respond } from '../client/respond.ts'
import type { Dependencies } from '../dependencies.ts'
import { networkOf } from '../network.ts'
import { integrationRoutes, linkToGoOn } from './integrations.ts'
import { joinRoutes } from './join.ts'
import { cardsOf, connectable, type OpenedHome, openHomes } from './open.ts'
import { askForSignIn, signedInPerson, signIn, signInHash, signOut, wasSignedIn } from './session.ts'
import { userRoutes } from './userRoutes.ts'

const ASK_WINDOW_MS = 15 * MINUTE_MS
/** The most requests for sign-in links from one network in the window. */
const ASKS_PER_PLACE = 30
const ZONE = 'Europe/London'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Registers a form about one organisation of the signed-in person; `admin` demands the role Business Admin. */
export type PortalPost = <T>(
  path: string,
  schema: z.ZodType<T>,
  admin: boolean,
  act: (opened: OpenedHome, form: T, request: Request) => Promise<Answer>,
) => void
export type PortalGet = (
  path: string,
  admin: boolean,
  page: (opened: OpenedHome, request: Request) => Answer | Promise<Answer>,
) => void

/** Serves the pages of a returning client: `/home`, `/s/{token}`. GET and HEAD change nothing. */
export function portalRouter(deps: Dependencies): Router {
  const router = Router()
  const send = (response: Response, answer: Answer) => respond(response, answer, [])

  /** Returns the organisation in the address if it is theirs; otherwise answers and returns null. */
  async function open(request: Request, response: Response, admin: boolean): Promise<OpenedHome | null> {
    const person = await signedInPerson(deps, request)
    if (!person) {
      send(response, { to: '/home/sign-in' })
      return null
    }
    const id = String(request.params.org)
    const homes = UUID.test(id) ? await openHomes(deps, person, false) : []
    const home = homes.find((one) => one.home.organisationId === id)
    if (home && (!admin || home.home.role === 'business_admin')) return home
    send(response, { to: home ? home.base : '/home' })
    return null
  }
  const get: PortalGet = (path, admin, page) =>
    router.get(path, async (request, response) => {
      const opened = await open(request, response, admin)
      if (opened) send(response, await page(opened, request))
    })
  const post: PortalPost = (path, schema, admin, act) =>
    router.post(path, async (request, response) => {
      if (isFromElsewhere(request)) return send(response, { to: '/home' })
      const opened = await open(request, response, admin)
      if (!opened) return
      const waits = await tooManyForms(deps, opened.person.personId, opened.context.practice.timeZone, opened.base)
      if (waits) return send(response, waits)
      const form = await readForm(request, response, schema)
      send(response, form === null ? { to: opened.base } : await act(opened, form, request))
    })

  router.get('/home/sign-in', async (request, response) => {
    const ended = wasSignedIn(deps, request) && (await signedInPerson(deps, request)) === null
    send(response, { view: { page: 'home-sign-in', refused: false, ended } })
  })
  router.post('/home/sign-in', async (request, response) => {
    if (isFromElsewhere(request)) return send(response, { to: '/home/sign-in' })
    const place = await countHit(deps.db, `sign-in:${networkOf(request.ip)}`, ASK_WINDOW_MS)
    if (place.hits > ASKS_PER_PLACE) return send(response, waitUntil(place.resetsAt, ZONE, '/home/sign-in'))
    const form = await readForm(request, response, z.object({ email: z.string().max(300) }))
    const read = form && normaliseEmail(form.email)
    if (!read?.ok) return send(response, { view: { page: 'home-sign-in', refused: true, ended: false }, status: 400 })
    await askForSignIn(deps, read.email, null)
    send(response, { view: { page: 'sign-in-asked', email: read.email } })
  })
  router.post('/home/sign-out', async (request, response) => {
    if (!isFromElsewhere(request)) await signOut(deps, request, response)
    send(response, { to: '/home/sign-in' })
  })

  router.get('/s/:token', async (request, response) => {
    const token = String(request.params.token)
    const hash = signInHash(token)
    const email = hash && (await findLoginLink(deps.db, hash))
    send(response, { view: email ? { page: 'sign-in-as', email, token } : { page: 'sign-in-ended' } })
  })
  router.post('/s/:token', async (request, response) => {
    const token = String(request.params.token)
    const hash = signInHash(token)
    if (!hash) return send(response, await missed(deps, request))
    if (isFromElsewhere(request)) return send(response, { to: `/s/${token}` })
    const used = await signIn(deps, response, hash)
    if (!used) return send(response, { to: `/s/${token}` })
    send(response, { to: used.link ? `/j/${tokenOf(deps.linkKeys, used.link)}` : '/home' })
  })

  joinRoutes(router, deps, send)

  router.get('/home', async (request, response) => {
    const person = await signedInPerson(deps, request)
    if (!person) return send(response, { to: '/home/sign-in' })
    const homes = await openHomes(deps, person, request.method === 'GET')
    send(response, { view: { page: 'home', email: person.address, cards: cardsOf(homes), others: [] } })
  })
  router.get('/home/:org', async (request, response) => {
    const person = await signedInPerson(deps, request)
    if (!person) return send(response, { to: '/home/sign-in' })
    const homes = await openHomes(deps, person, false)
    const business = homes.find((one) => one.home.organisationId === request.params.org)?.home.business
    if (business === undefined) return send(response, { to: '/home' })
    const cardsWhere = (isHere: boolean) => cardsOf(homes.filter((one) => (one.home.business === business) === isHere))
    const others = cardsWhere(false).map((card) => ({ name: card.organisation, base: card.with[0].base }))
    send(response, { view: { page: 'home', email: person.address, cards: cardsWhere(true), others } })
  })
  get('/home/:org/stop', false, ({ base }) => ({ to: base }))
  get('/home/:org/stop/:connection', false, (opened, request) => {
    const connection = opened.context.connections.find((one) => one.id === request.params.connection)
    if (!connection) return { to: opened.base }
    return { view: stopView(deps, behindOf(opened), connection, Date.now()) }
  })
  post('/home/:org/stop', z.object({ connection: z.uuid() }), false, async (opened, form) => {
    const connection = opened.context.connections.find((one) => one.id === form.connection)
    if (!connection) return { to: opened.base }
    const target = { practiceId: opened.home.practiceId, onboardingId: connection.onboardingId }
    await disconnect(deps.commands, deps, target, { type: 'client', id: opened.person.personId }, connection.id)
    return { to: `${opened.base}/stop/${connection.id}` }
  })

  get('/home/:org/connect', false, ({ base }) => ({ to: base }))
  post('/home/:org/connect', z.object({}), false, async (opened) => {
    const { open } = opened.context
    const { bank, another } = connectable(opened)
    if (!open || !(bank || another)) return { to: opened.base }
    // The page behind their link asks for consent, in the same words as always.
    const { token } = await linkToGoOn(deps, opened.home, open)
    return { to: `/j/${token}${another ? '/another' : '?choose=1'}` }
  })

  get('/home/:org/all-banks', false, ({ base }) => ({ to: base }))
  post('/home/:org/all-banks', z.object({}), false, async (opened) => {
    const { open } = opened.context
    if (!open || !connectable(opened).all) return { to: opened.base }
    const target = { practiceId: opened.home.practiceId, onboardingId: open.onboardingId }
    await finishBanks(deps.commands, target, { type: 'client', id: opened.person.personId })
    return { to: opened.base }
  })

  integrationRoutes(get, post, deps)
  userRoutes(get, post, deps)
  router.use(['/home', '/s'], async (request, response) => send(response, await missed(deps, request)))
  router.use(failedPage(deps))
  return router
}
