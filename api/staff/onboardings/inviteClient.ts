import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type InviteInput, invite } from '../../../commands/invitations/invite.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { inviterOf, onboardingAfter, targetOf } from '../command.ts'
import {
  existingUser,
  mobileNumber,
  onboardingParams,
  personAddress,
  personalMessage,
  personName,
  problem,
} from '../fields.ts'
import { channels } from './newOnboarding.ts'
import { type Onboarding, onboardingSchema } from './schema.ts'

const body = z
  .strictObject({
    name: personName.optional(),
    email: personAddress.nullish(),
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
  right: 'work_clients',
  about: 'onboarding',
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
  handle: (deps, { caller, params, body }) =>
    inviteNow(deps, caller, params.id, {
      ...body,
      ...(body.message === null && { message: null }),
    }),
})

/** Invites in the caller's name and returns the onboarding afterwards. Throws the problem of a refusal. */
export async function inviteNow(
  deps: Dependencies,
  caller: Caller,
  id: string,
  input: Omit<InviteInput, 'inviterName'>,
): Promise<{ body: Onboarding }> {
  const named = { ...input, inviterName: inviterOf(caller) }
  const outcome = await invite(deps.commands, targetOf(caller, id), caller.actor, randomUUID(), named)
  return onboardingAfter(deps, caller, id, 'invite', outcome)
}
