import { z } from 'zod'
import { sha256 } from '../../../commands/invitations/linkTokens.ts'
import { openEndpoint } from '../../endpoint.ts'
import { stolenPassword } from '../../identity/stolenPassword.ts'
import { validationProblem } from '../../problem.ts'
import { line, password } from '../fields.ts'
import { colleagueEmailText } from '../texts.ts'
import { invitationEnded, joinParams } from './invitation.ts'

export const joinTeam = openEndpoint({
  method: 'post',
  path: '/join/{token}',
  summary: 'Join a team',
  description:
    'Somebody new gives a name and a password, and signs in with them. Somebody who has a sign-in at the address gives neither.',
  params: joinParams,
  body: z
    .strictObject({ name: line(160, 'Enter your name.').optional(), password: password.optional() })
    .meta({ example: { name: 'Priya Shah', password: 'three words make one' } }),
  bodyOptional: true,
  answer: { status: 200, description: 'Joined: sign in.', schema: z.object({ email: colleagueEmailText }) },
  problems: { 404: ['invitation_ended'] },
  handle: async (deps, { params, body, address }) => {
    const { name, password } = body
    const make = name !== undefined && password !== undefined ? { name, password } : null
    if (make && (await deps.identity.isStolen(make.password))) throw stolenPassword()
    const outcome = await deps.identity.join(sha256(params.token), make, address)
    if (outcome.result === 'unknown') throw invitationEnded()
    if (outcome.result === 'joined') return { body: { email: outcome.email } }
    const missing = [
      ...(name === undefined ? [{ field: 'name', code: 'required', message: 'Enter your name.' }] : []),
      ...(password === undefined ? [{ field: 'password', code: 'required', message: 'Choose a password.' }] : []),
    ]
    throw validationProblem(missing)
  },
})
