import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { endSignOnSessions, readSignOn, type SignOn, writeSignOn } from '../../../db/people/signOn.ts'
import { isSharedDomain } from '../../../domain/fields/emailAddress.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { signOnContext } from '../../identity/signOn.ts'
import { Problem, validationProblem } from '../../problem.ts'
import { demandRecentSignIn } from '../../recentSignIn.ts'
import { mailSecurityChange } from '../../securityMails.ts'
import { line, readAs } from '../fields.ts'
import { resourceOf, signOnSchema } from './schema.ts'

const issuer = readAs(
  (text) => {
    const url = URL.parse(text.trim())
    if (!url || url.search || url.hash || text.length > 400) return null
    return url.href.replace(/\/$/, text.trim().endsWith('/') ? '/' : '')
  },
  'not_an_issuer',
  'Give the address of the issuer, for example https://login.example.com.',
).meta({ example: 'https://login.marsh-lowe.example' })

const body = z
  .strictObject({
    issuer: issuer.optional(),
    clientId: line(200, 'Enter the client id.').optional(),
    clientSecret: line(400, 'Enter the client secret.').optional().meta({ description: 'Stored encrypted.' }),
    required: z.boolean().optional(),
    confirmHosts: z
      .array(z.string().max(260))
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'All of `unconfirmedHosts`, once somebody has seen that they are the provider’s.' }),
  })
  .meta({ example: { issuer: 'https://login.marsh-lowe.example', clientId: 'embark', clientSecret: 'a secret' } })

export const changeSignOn = endpoint({
  method: 'patch',
  path: '/sign-on',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Set single sign-on up, or require it',
  description:
    'At an OpenID provider. It is shown to addresses of the domain of whoever sets it up, and lets in members of the practice only. A sign-in must have passed before it can be required. Another provider, client id or secret ends the sessions that began by it.',
  body,
  answer: { status: 200, description: 'As it then stands.', schema: signOnSchema },
  problems: { 403: ['confirm_sign_in'], 409: ['not_tested', 'hosts_changed'], 422: ['personal_domain'] },
  handle: async (deps, { caller, body }) => {
    demandRecentSignIn(deps, caller)
    if (body.issuer) demandReachable(deps, body.issuer)
    const signOn = await deps.db.inPractice(caller.practiceId, (tx) => change(tx, deps, caller, body))
    await mailSecurityChange(deps, caller, { what: 'sign_on_changed' })
    return { body: resourceOf(deps, caller, signOn) }
  },
})

type Change = z.output<typeof body>

async function change(tx: Tx, { sealer }: Dependencies, caller: Caller, body: Change): Promise<SignOn> {
  const before = await readSignOn(tx)
  const sealed = body.clientSecret && sealer.seal(body.clientSecret, signOnContext(caller.practiceId))
  const { issuer, clientId, clientSecretSealed } = {
    issuer: body.issuer ?? before?.issuer,
    clientId: body.clientId ?? before?.clientId,
    clientSecretSealed: sealed ?? before?.clientSecretSealed,
  }
  if (!issuer || !clientId || !clientSecretSealed) {
    throw validationProblem(
      Object.entries({ issuer, clientId, clientSecret: clientSecretSealed })
        .filter(([, value]) => !value)
        .map(([field]) => ({ field, code: 'required', message: 'This is needed.' })),
    )
  }
  // A changed provider counts as untested, and is not required until it was tested.
  const same = issuer === before?.issuer && clientId === before.clientId && !sealed
  const domain = same ? before.domain : ownDomain(caller)
  const tested = same && before.tested
  if (body.required && !tested) {
    throw new Problem(409, 'not_tested', 'Sign in by it once before you require it.')
  }
  const { hosts, unconfirmedHosts } = hostsAfter(same ? before : null, body.confirmHosts)
  const after = {
    issuer,
    clientId,
    clientSecretSealed,
    domain,
    tested,
    hosts,
    unconfirmedHosts,
    required: tested && (body.required ?? before.required),
  }
  await writeSignOn(tx, after)
  if (!same) await endSignOnSessions(tx)
  await insertAudit(tx, caller, {
    kind: 'settings_changed',
    subjectId: null,
    data: {
      fields: ['signOn'],
      required: after.required,
      ...(body.confirmHosts && { confirmedHosts: body.confirmHosts }),
    },
  })
  return after
}

/** Returns the hosts after a confirmation, which must name all unconfirmed ones: none is confirmed unseen. */
function hostsAfter(
  before: SignOn | null,
  confirmed: string[] | undefined,
): Pick<SignOn, 'hosts' | 'unconfirmedHosts'> {
  const { hosts, unconfirmedHosts } = before ?? { hosts: [], unconfirmedHosts: [] }
  if (!confirmed) return { hosts, unconfirmedHosts }
  if ([...confirmed].sort().join() !== [...unconfirmedHosts].sort().join()) {
    throw new Problem(409, 'hosts_changed', 'The provider changed again. Look at what it uses now.')
  }
  return { hosts: [...hosts, ...confirmed].sort(), unconfirmedHosts: [] }
}

/** Returns the domain of the caller's confirmed address: a practice may redirect only sign-ins of its own domain. */
function ownDomain({ staff }: Caller): string {
  const domain = staff?.email.split('@')[1] ?? ''
  if (domain !== '' && !isSharedDomain(domain)) return domain
  const detail = `Single sign-on needs an address of your own domain; ${domain} belongs to many.`
  throw new Problem(422, 'personal_domain', detail)
}

/** Refuses an issuer that the guarded fetch refuses by its text; its resolved address is checked when connecting. */
function demandReachable({ outbound }: Dependencies, issuer: string): void {
  if (outbound.refuses(new URL(issuer)) === null) return
  const message = 'Give an https address on the internet.'
  throw validationProblem([{ field: 'issuer', code: 'not_public', message }])
}
