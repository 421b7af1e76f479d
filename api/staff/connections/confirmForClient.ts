import { z } from 'zod'
import { confirmForClient as confirm } from '../../../commands/connections/renewals/renew.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { readPractice } from '../../../db/practices.ts'
import { AGREED_BY, type AgreedBy } from '../../../domain/connections/renewal.ts'
import { zonedDate } from '../../../domain/fields/days.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { onboardingAfter, targetOf } from '../command.ts'
import { lines } from '../fields.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const confirmForClient = endpoint({
  method: 'post',
  path: '/connections/{id}/confirm-for-client',
  right: 'confirm_for_clients',
  about: 'connection',
  summary: 'Confirm a bank for the client',
  description:
    'For a client who has told you that they agree: the access goes on as if they had said yes on their page. It is recorded who confirmed, and how and when the client agreed; the client gets a message with a way to stop sharing. Refused while the practice has not switched it on, and where the bank needs the client.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the bank connection.' }) }),
  body: z.strictObject({
    how: z.enum(Object.keys(AGREED_BY) as [AgreedBy, ...AgreedBy[]], { error: 'Say how the client agreed.' }),
    agreedOn: z.iso.date({ error: 'Give the day on which the client agreed.' }).meta({
      description: 'In the practice’s time zone; today or earlier.',
      example: '2026-03-10',
    }),
    note: lines(500, 'Write a note or leave it out.').nullable().default(null),
    agreed: z.literal(true, { error: 'Tick that the client agreed.' }),
  }),
  answer: { status: 200, description: 'The onboarding with its bank confirmed.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'no_contact', 'confirming_off', 'nothing_to_confirm', 'bank_needs_client'] },
  handle: async (deps, { caller, params, body }) => {
    const { how, agreedOn, note } = body
    const [connection, practice] = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const found = await readConnection(tx, params.id)
      if (found?.kind !== 'bank') throw notFound()
      return [found, await readPractice(tx)]
    })
    if (agreedOn > zonedDate(Date.now(), practice.timeZone).date) {
      const message = 'The date can’t be in the future.'
      throw validationProblem([{ field: 'agreedOn', code: 'in_future', message }])
    }
    const { onboardingId } = connection
    const said = { isOn: practice.confirmForClients, how, agreedOn, note }
    const target = targetOf(caller, onboardingId)
    const outcome = await confirm(deps.commands, deps, target, caller.actor, params.id, said)
    return onboardingAfter(deps, caller, onboardingId, 'confirm_renewal', outcome)
  },
})
