import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Outcome, tellSoon } from '../../../commands/execute.ts'
import { type InviteInput, inviteIn } from '../../../commands/invitations/invite.ts'
import { type Idempotency, underKey } from '../../../commands/underKey.ts'
import type { Situation } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint, idempotencyConflict } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { demandDone, inviterOf, targetOf } from '../command.ts'
import {
  emailAddress,
  existingUser,
  mobileNumber,
  onboardingParams,
  personalMessage,
  personName,
  problem,
} from '../fields.ts'
import { channels } from './newOnboarding.ts'
import { readResource } from './resource.ts'
import { type Onboarding, onboardingSchema } from './schema.ts'

const body = z
  .strictObject({
    name: personName.optional(),
    email: emailAddress.nullish(),
    phone: mobileNumber.nullish(),
    channels: channels.optional(),
    message: personalMessage.nullish(),
    existingUser: existingUser.optional(),
  })
  .superRefine((given, context) => {
    const add = (path: string, message: string) => problem(context, 'required', message, [path])
    if (given.channels?.includes('email') && given.email === null) {
      add('email', 'Enter an email address like name@example.com.')
    }
    if (given.channels?.includes('sms') && given.phone === null) {
      add('phone', 'Enter a mobile number like 07400 123456.')
    }
  })
  .meta({ example: { name: 'Jo Marsden', email: 'jo@harbour.example', channels: ['email'] } })

export const inviteClient = endpoint({
  method: 'post',
  path: '/onboardings/{id}/invitations',
  scope: 'write',
  right: 'work_clients',
  tag: 'Onboardings',
  summary: 'Invite, or send a new link',
  description:
    'What is left out stays as it was in the last invitation, or comes from the contact: an empty body sends the same again. Older links die.',
  params: onboardingParams,
  body,
  bodyOptional: true,
  answer: { status: 201, description: 'The onboarding with its new invitation.', schema: onboardingSchema },
  problems: {
    409: ['not_allowed', 'already_accepted', 'no_contact'],
    429: ['resend_too_soon', 'address_limit', 'practice_limit'],
  },
  idempotent: true,
  handle: (deps, { caller, params, body, idempotency }) =>
    inviteOnce(deps, caller, params.id, idempotency, {
      ...body,
      ...(body.message === null && { message: null }),
    }),
})

/**
 * Invites under the request's key, in the caller's name, and answers the onboarding as it then stands. Throws the problem
 * of a refusal.
 */
export async function inviteOnce(
  deps: Dependencies,
  caller: Caller,
  id: string,
  idempotency: Idempotency | null,
  input: Omit<InviteInput, 'inviterName'>,
): Promise<{ body: Onboarding; replayed: boolean }> {
  const target = targetOf(caller, id)
  const told: { tell: { situation: Situation; started: boolean } | null } = { tell: null }
  const keyed = await deps.db.inPractice(caller.practiceId, (tx) =>
    underKey<Onboarding, Outcome>(tx, caller.practiceId, idempotency, 201, async () => {
      const named = { ...input, inviterName: inviterOf(caller) }
      const { outcome, tell } = await inviteIn(tx, target, caller.actor, randomUUID(), named)
      if (outcome.result !== 'changed') return { notDone: outcome }
      told.tell = tell
      const onboarding = await readResource(tx, id)
      return onboarding ? { done: onboarding } : { notDone: { result: 'not_found' } }
    }),
  )
  if (told.tell) await tellSoon(deps.commands, target, told.tell)
  if (keyed.result === 'conflict') throw idempotencyConflict()
  if (keyed.result !== 'not_done') return { body: keyed.answer, replayed: keyed.result === 'repeated' }
  await demandDone(deps, caller, id, 'invite', keyed.why)
  throw notFound()
}
