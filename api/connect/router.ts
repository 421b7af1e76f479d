import { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import {
  chooseAgain,
  chooseOrganisation,
  confirmOrganisation,
} from '../../commands/connections/ledgers/ledgerChoice.ts'
import { sessionActor } from '../../commands/connections/sessionOwner.ts'
import { departSession, openSession, ownerOf } from '../../commands/connections/sessions.ts'
import { writeFromApp } from '../../db/connections/sessions.ts'
import { resolvePlaces } from '../../db/people/members.ts'
import { resolveSession } from '../../db/resolve.ts'
import { bindBrowser, browserOf, isFromElsewhere } from '../client/browser.ts'
import { forms, readForm } from '../client/forms.ts'
import { failedPage, formOriginsOf, missed, tooManyForms } from '../client/guard.ts'
import { labelOf } from '../client/offer/offer.ts'
import { type Answer, respond } from '../client/respond.ts'
import type { Dependencies } from '../dependencies.ts'
import { isSomebodyElses, type OpenedSession, openSessionOf } from './open.ts'
import { lateReturn, pageOf } from './pageOf.ts'
import { confirmed, endThere, reportRefusal, takeReturn } from './return.ts'

const SESSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Serves a connection's address, `/connect/{session}`, its forms, and the return address for providers. */
export function connectRouter(deps: Dependencies): Router {
  const router = Router()
  const formOrigins = formOriginsOf(deps)
  const send = (response: Response, answer: Answer) => respond(response, answer, formOrigins)

  const open = async (request: Request): Promise<OpenedSession | null> => {
    const id = String(request.params.session)
    const owned = SESSION.test(id) ? await resolveSession(deps.db, id) : null
    if (!owned) return null
    const colleague = await colleagueOf(deps, request, owned.practiceId)
    const opened = await openSessionOf(deps, owned, browserOf(request, deps.publicUrl), colleague !== null)
    // Only the colleague who was asked takes over: the sign-in is recorded as theirs.
    const isAnothers = opened?.session.handOverId != null && opened.session.openerId !== colleague
    return isAnothers ? null : opened
  }
  const page = (opened: OpenedSession): Answer => {
    const { step, provider } = opened.session
    const connector = { bank: step === 'bank' ? deps.banks.find(provider) : null, label: labelOf(deps, provider) }
    return pageOf({ ...opened, ...connector, publicUrl: deps.publicUrl, wallClock: Date.now() })
  }

  function post<T>(
    path: string,
    schema: z.ZodType<T>,
    act: (opened: OpenedSession, form: T, request: Request, response: Response) => Promise<Answer>,
  ): void {
    router.post(path, async (request, response) => {
      const opened = await open(request)
      if (!opened) return send(response, await missed(deps, request))
      const here = `/connect/${opened.session.id}`
      if (isFromElsewhere(request)) return send(response, { to: here })
      const waits = await tooManyForms(deps, opened.session.id, opened.context.practice.timeZone, here)
      if (waits) return send(response, waits)
      const form = await readForm(request, response, schema)
      if (form !== null) return send(response, await act(opened, form, request, response))
      const again = page(opened)
      send(response, 'view' in again ? { ...again, status: 400 } : again)
    })
  }

  router.get('/connect/return', async (request, response) => {
    // A return has effects, so HEAD requests are not handled as one.
    send(response, request.method === 'GET' ? await takeReturn(deps, request, response) : lateReturn(null))
  })
  router.get('/connect/:session', async (request, response) => {
    const opened = await open(request)
    send(response, opened ? page(opened) : await missed(deps, request))
  })
  router.get('/connect/:session/closed', async (request, response) => {
    const opened = await open(request)
    send(response, opened ? lateReturn(opened) : await missed(deps, request))
  })
  for (const form of ['confirm', 'organisation', 'same-business']) {
    router.get(`/connect/:session/${form}`, (request, response) =>
      send(response, { to: `/connect/${encodeURIComponent(String(request.params.session))}` }),
    )
  }

  post('/connect/:session', forms.nothing, async (opened, _form, request, response) => {
    const session = isSomebodyElses(opened) ? null : await sessionToSetOut(deps, opened)
    if (!session) return { to: `/connect/${opened.session.id}` }
    const browser = bindBrowser(request, response, deps.publicUrl)
    const { commands } = deps
    if (opened.isColleague) await deps.db.inPractice(opened.target.practiceId, (tx) => writeFromApp(tx, session))
    const left = await departSession(commands, deps, opened.target, sessionActor(opened.session), session, browser)
    const { logger } = deps
    const { provider } = opened.session
    if (left.result === 'departed' && left.fewLeft) {
      logger.warn({ provider }, 'the ledger lets us connect hardly any more organisations')
    }
    if (left.result === 'not_started' && left.refusedUs) {
      logger.error({ provider }, 'the ledger refuses us: an operator must act')
    }
    return { to: left.result === 'departed' ? left.redirectUrl : `/connect/${session}` }
  })
  post('/connect/:session/confirm', forms.confirm, (opened, { answer }, request, response) =>
    confirmed(deps, opened, answer, request, response),
  )
  post('/connect/:session/organisation', forms.organisation, async (opened, { organisation }) => {
    const { target, session, isSameBrowser } = opened
    if (isSameBrowser && session.step === 'books') {
      const chosen = await chooseOrganisation(deps.commands, deps, target, session.id, organisation, false)
      reportRefusal(deps, session, chosen)
    }
    return { to: `/connect/${session.id}` }
  })
  post('/connect/:session/same-business', forms.nothing, async (opened) => {
    const { target, session, isSameBrowser } = opened
    if (isSameBrowser && session.step === 'books') await confirmOrganisation(deps.commands, deps, target, session.id)
    return { to: `/connect/${session.id}` }
  })

  router.use('/connect', async (request, response) => send(response, await missed(deps, request)))
  router.use(failedPage(deps))
  return router
}

/** Returns the colleague of the practice, or the support person it let in, who is signed in with this browser. */
async function colleagueOf(
  { identity, db }: Dependencies,
  request: Request,
  practiceId: string,
): Promise<string | null> {
  const signedIn = await identity.readSession(request.headers)
  if (signedIn === null || signedIn === 'ended') return null
  const { practices } = await resolvePlaces(db, signedIn.person.userId)
  return practices.some((one) => one.practiceId === practiceId) ? signedIn.person.userId : null
}

/**
 * Returns the id of the session to start: this one if nobody has started it, else a new one of the same kind. Null when
 * the choice is made here again, or there is nothing to connect.
 */
async function sessionToSetOut(deps: Dependencies, opened: OpenedSession): Promise<string | null> {
  const { commands } = deps
  const { target, session, now, isSameBrowser } = opened
  if (session.status === 'pending' && session.browserSha256 === null && now <= session.expiresAt) return session.id
  if (isSameBrowser && session.status === 'choosing') {
    if (await chooseAgain(commands, deps, target, session)) return null
    await ownerOf(commands, target).fail(session, 'cancelled', 'Another sign-in was wanted.')
  }
  // Access that an earlier sign-in gave without a choice is ended.
  if (isSameBrowser && session.grantSealed !== null) await endThere(deps, opened)
  const { step, provider, institution, institutionName, openedBy, openerId, linkId } = session
  const request = { step, provider, institution, institutionName, openedBy, openerId, linkId }
  const fresh = await openSession(commands, target, request)
  return fresh.result === 'opened' ? fresh.sessionId : null
}
