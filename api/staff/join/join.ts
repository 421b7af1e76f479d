import { z } from 'zod'
import { sha256 } from '../../../commands/linkTokens.ts'
import { readColleagueInvitation, resolveColleagueInvitation } from '../../../db/people/invitations.ts'
import { readPractice } from '../../../db/practices.ts'
import type { Dependencies } from '../../dependencies.ts'
import { openEndpoint } from '../../endpoint.ts'
import { stolenPassword } from '../../identity/stolenPassword.ts'
import { Problem, validationProblem } from '../../problem.ts'
import { line, password } from '../fields.ts'
import { memberRole } from '../members/schema.ts'
import { instant } from '../onboardings/schema.ts'

const params = z.object({
  token: z
    .string()
    .regex(/^[\w-]{22}$/)
    .meta({ description: 'As the mailed link ends.' }),
})

const gone = () =>
  new Problem(404, 'invitation_ended', 'This invitation was used, withdrawn or is over. Ask for a new one.')

export const lookAtInvitation = openEndpoint({
  method: 'get',
  path: '/join/{token}',
  tag: 'Sign-up',
  summary: 'Look at an invitation to a team',
  params,
  answer: {
    status: 200,
    description: 'Who invites to what.',
    schema: z
      .object({
        practice: z.object({ name: z.string() }),
        email: z.string(),
        role: memberRole,
        expiresAt: instant,
        known: z.boolean().meta({ description: 'The address has a sign-in: no password is needed.' }),
      })
      .meta({ id: 'TeamInvitation' }),
  },
  problems: { 404: ['invitation_ended'] },
  handle: async (deps, { params }) => {
    const found = await readOpen(deps, params.token)
    if (!found) throw gone()
    const { invitation, practice } = found
    const { email, role, expiresAt } = invitation
    const known = await deps.identity.hasSignIn(email)
    return {
      body: { practice: { name: practice.name }, email, role, expiresAt: new Date(expiresAt).toISOString(), known },
    }
  },
})

export const joinTeam = openEndpoint({
  method: 'post',
  path: '/join/{token}',
  tag: 'Sign-up',
  summary: 'Join a team',
  description:
    'Somebody new gives a name and a password, and signs in with them. Somebody who has a sign-in at the address gives neither.',
  params,
  body: z
    .strictObject({ name: line(160, 'Enter your name.').optional(), password: password.optional() })
    .meta({ example: { name: 'Priya Shah', password: 'three words make one' } }),
  bodyOptional: true,
  answer: { status: 200, description: 'Joined: sign in.', schema: z.object({ email: z.string() }) },
  problems: { 404: ['invitation_ended'] },
  handle: async (deps, { params, body, address }) => {
    const { name, password } = body
    const make = name !== undefined && password !== undefined ? { name, password } : null
    if (make && (await deps.identity.isStolen(make.password))) throw stolenPassword()
    const outcome = await deps.identity.join(sha256(params.token), make, address)
    if (outcome.result === 'unknown') throw gone()
    if (outcome.result === 'joined') return { body: { email: outcome.email } }
    const missing = [
      ...(name === undefined ? [{ field: 'name', code: 'required', message: 'Enter your name.' }] : []),
      ...(password === undefined ? [{ field: 'password', code: 'required', message: 'Choose a password.' }] : []),
    ]
    throw validationProblem(missing)
  },
})

async function readOpen({ db }: Dependencies, token: string) {
  const owned = await resolveColleagueInvitation(db, sha256(token))
  if (!owned) return null
  return db.inPractice(owned.practiceId, async (tx) => {
    const invitation = await readColleagueInvitation(tx, owned.id)
    if (!invitation || invitation.expiresAt <= Date.now()) return null
    return { invitation, practice: await readPractice(tx) }
  })
}
