import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { stampKeyUse } from '../../db/people/apiKeys.ts'
import { type Membership, resolvePlaces } from '../../db/people/members.ts'
import { countHit } from '../../db/rateLimit.ts'
import { resolveApiKey } from '../../db/resolve.ts'
import { sightBy } from '../../db/sight.ts'
import { resolveSupportPractice } from '../../db/support/practices.ts'
import type { Actor } from '../../domain/events.ts'
import { type Right, type Role, rightsOf, rightsOfScopes } from '../../domain/rights.ts'
import type { Dependencies } from '../dependencies.ts'
import { type Caller, NO_PRACTICE } from '../endpoint.ts'
import type { SignedIn } from '../identity/identity.ts'
import { networkOf } from '../network.ts'
import { noPractice } from '../noRight.ts'
import { Problem } from '../problem.ts'
import { supportNotAllowed } from '../support.ts'
import { rateLimited } from './limitRate.ts'

const TOKEN = /^Bearer +([A-Za-z0-9\-._~+/]{1,200}=*)$/i
const PRACTICE = z.uuid()
/** The most requests a minute with unknown keys from one network: enough for a mistake, too few for guessing. */
const UNKNOWN_KEYS_PER_MINUTE = 30
const MINUTE_MS = 60_000
const USE_NOTED_EVERY_MS = 5 * 60_000

function unauthorized(given: boolean): Problem {
  const detail = given
    ? 'This API key is not known, or it was revoked.'
    : 'Sign in, or send an API key: Authorization: Bearer <key>.'
  const challenge = given ? 'Bearer realm="embark", error="invalid_token"' : 'Bearer realm="embark"'
  return new Problem(401, 'unauthorized', detail, { headers: { 'WWW-Authenticate': challenge } })
}

const sessionEnded = () =>
  new Problem(401, 'session_ended', 'Sign in again; nothing you typed is lost.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="embark"' },
  })

/** Identifies the caller, by key or else by session; answers 401 without either. Keys are looked up by hash. */
export function authenticate(deps: Dependencies): RequestHandler {
  const noteUse = keyUses(deps)
  return async (request, response, next) => {
    const header = request.headers.authorization
    if (header !== undefined) {
      response.locals.caller = callerOf(deps, request, await callerByKey(deps, request, header, noteUse))
      return next()
    }
    const session = await deps.identity.readSession(request.headers)
    if (session === null) throw unauthorized(false)
    if (session === 'ended') throw sessionEnded()
    demandSameOrigin(deps, request)
    for (const cookie of session.cookies) response.append('Set-Cookie', cookie)
    response.locals.caller = callerOf(deps, request, await callerBySession(deps, request, session.person))
    next()
  }
}

type Known = Omit<Caller, 'address' | 'sight'>

const callerOf = ({ checksRights }: Dependencies, request: Request, known: Known): Caller => ({
  ...known,
  sight: checksRights === false ? { of: 'all' } : sightBy(known.rights, known.staff?.userId ?? null),
  address: request.ip ?? null,
})

async function callerByKey(
  { db }: Dependencies,
  request: Request,
  header: string,
  noteUse: (practiceId: string, keyId: string) => void,
): Promise<Known> {
  const token = TOKEN.exec(header)?.[1]
  const found = token ? await resolveApiKey(db, sha256(token)) : null
  if (!found) {
    const { hits, resetsAt } = await countHit(db, `unknown_key:${networkOf(request.ip)}`, MINUTE_MS)
    throw hits > UNKNOWN_KEYS_PER_MINUTE ? rateLimited(resetsAt) : unauthorized(true)
  }
  const { practiceId, id, scopes, plan } = found
  noteUse(practiceId, id)
  return {
    practiceId,
    isPractice: plan !== 'business',
    rights: plan === 'business' ? [] : rightsOfScopes(scopes),
    actor: { type: 'api_key', id },
    key: { id, scopes },
    staff: null,
  }
}

/** Returns a function that records a key's use in the background, at most once in five minutes. */
function keyUses({ db, logger }: Dependencies) {
  const notedAt = new Map<string, number>()
  return (practiceId: string, keyId: string) => {
    if (Date.now() - (notedAt.get(keyId) ?? 0) < USE_NOTED_EVERY_MS) return
    notedAt.set(keyId, Date.now())
    db.inPractice(practiceId, (tx) => stampKeyUse(tx, keyId)).catch((error: unknown) =>
      logger.warn({ error }, 'the use of a key was not noted'),
    )
  }
}

async function callerBySession(deps: Dependencies, request: Request, person: SignedIn): Promise<Known> {
  const wanted = practiceWanted(request)
  const { onlyPracticeId } = person
  const { practices: all, isSupport } = await resolvePlaces(deps.db, person.userId)
  // A practice's own provider is responsible for its second factor.
  const lacksFactor = onlyPracticeId === null && !person.twoFactor
  const practices = all.filter(({ practiceId, signOnRequired, secondFactorRequired }) =>
    onlyPracticeId === null ? !signOnRequired && !(lacksFactor && secondFactorRequired) : practiceId === onlyPracticeId,
  )
  const own = practices.filter(({ role }) => role !== 'support')
  const chosen = wanted === null ? own[0] : practices.find(({ practiceId }) => practiceId === wanted)
  // The operator of a practice's provider must gain no access to another practice.
  const helps = isSupport && onlyPracticeId === null && !lacksFactor
  if (!chosen) {
    const shut = all.find(({ practiceId, signOnRequired }) => signOnRequired && (wanted ?? practiceId) === practiceId)
    if (shut && onlyPracticeId === null) throw signOnRequired(deps, shut)
    const barred = all.find((one) => one.secondFactorRequired && (wanted ?? one.practiceId) === one.practiceId)
    if (lacksFactor && (barred || isSupport)) {
      throw secondFactorRequired(barred && barred.role !== 'support' ? barred.name : 'Embark support')
    }
    if (wanted !== null && deps.checksRights !== false) throw await notLetIn(deps, helps ? person.userId : null, wanted)
    const staff = { ...person, role: helps ? ('support' as const) : null, addClients: false, practices }
    return {
      practiceId: NO_PRACTICE,
      isPractice: true,
      rights: helps ? HELPING : [],
      actor: personActor(staff),
      key: null,
      staff,
    }
  }
  const { practiceId, role, addClients, plan } = chosen
  const staff = { ...person, role, addClients, practices }
  const rights = plan === 'business' ? [] : rightsOf(role, { addClients })
  return {
    practiceId,
    isPractice: plan !== 'business',
    rights: helps ? [...new Set([...rights, ...HELPING])] : rights,
    actor: personActor(staff),
    key: null,
    staff,
  }
}

/** The rights of support people outside of any practice. */
const HELPING: readonly Right[] = ['help_practices']

const personActor = ({ userId, role }: { userId: string; role: Role | null }): Actor => ({
  type: role === 'support' ? 'support' : 'staff',
  id: userId,
})

/** Returns the problem of a person who does not work in the named practice; support learns its support access. */
async function notLetIn({ db }: Dependencies, supportId: string | null, wanted: string): Promise<Problem> {
  const practice = supportId === null ? null : await resolveSupportPractice(db, supportId, wanted)
  return practice ? supportNotAllowed(practice) : noPractice()
}

/** Returns the problem of a practice that refuses sign-ins by password. */
function signOnRequired({ publicUrl }: Dependencies, { practiceId, name }: Membership): Problem {
  const detail = `${name} lets people in by its own sign-in only.`
  const url = `${publicUrl}/api/auth/sign-on/begin/${practiceId}`
  return new Problem(403, 'sign_on_required', detail, { members: { url } })
}

/** Returns the problem of a practice that requires a second factor. It is set up at the sign-in, which stays open. */
function secondFactorRequired(name: string): Problem {
  const detail = `${name} asks everyone to use a second factor. Set it up now.`
  return new Problem(403, 'second_factor_required', detail, { members: { name } })
}

/** Returns the practice that a person names: in the header, or in the query for live updates. */
function practiceWanted(request: Request): string | null {
  const given = request.get('Embark-Practice') ?? request.query.practice
  if (given === undefined) return null
  const read = PRACTICE.safeParse(given)
  if (read.success) return read.data.toLowerCase()
  throw new Problem(400, 'bad_practice', 'The header Embark-Practice holds the id of a practice.')
}

/** Throws a problem for a change that does not come from our own pages: browsers send cookies from any site. */
function demandSameOrigin({ publicUrl }: Dependencies, request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const site = request.get('Sec-Fetch-Site')
  if (site === undefined ? request.get('Origin') === new URL(publicUrl).origin : site === 'same-origin') return
  throw new Problem(403, 'cross_site', 'This can only be done from our own pages.')
}
