import { z } from 'zod'
import { execute } from '../../../commands/execute.ts'
import { readConsent } from '../../../db/connections/consents.ts'
import { writeSnoozed } from '../../../db/connections/renewals.ts'
import { readPractice } from '../../../db/practices.ts'
import type { Instant } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { demandDone, targetOf } from '../command.ts'
import { instantField } from '../fields.ts'
import { type ConsentAnswer, consentOf, consentSchema } from './consent.ts'

const params = z.object({ id: z.uuid().meta({ description: 'The id of the connection.' }) })

export const snoozeConsent = endpoint({
  method: 'post',
  path: '/consents/{id}/snooze',
  right: 'work_clients',
  about: 'connection',
  summary: 'Leave a bank’s access alone for a while',
  description: 'At most 60 days. It leaves `act_now` and comes back by itself; the client is asked as before.',
  params,
  body: z.strictObject({ until: instantField }),
  answer: { status: 200, description: 'The consent, snoozed.', schema: consentSchema },
  problems: { 409: ['not_allowed', 'date_out_of_range'] },
  handle: (deps, { caller, params, body }) => snooze(deps, caller, params.id, body.until),
})

export const resumeConsent = endpoint({
  method: 'post',
  path: '/consents/{id}/resume',
  right: 'work_clients',
  about: 'connection',
  summary: 'End the snooze of a bank’s access',
  params,
  answer: { status: 200, description: 'The consent, awake.', schema: consentSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params }) => snooze(deps, caller, params.id, null),
})

async function snooze(
  deps: Dependencies,
  caller: Caller,
  id: string,
  until: Instant | null,
): Promise<{ body: ConsentAnswer }> {
  const read = () =>
    deps.db.inPractice(caller.practiceId, async (tx) => {
      const row = await readConsent(tx, id)
      if (!row) throw notFound()
      return { row, zone: (await readPractice(tx)).timeZone }
    })
  const { onboardingId } = (await read()).row
  const outcome = await execute(deps.commands, targetOf(caller, onboardingId), {
    actor: caller.actor,
    command: { do: 'snooze_access', connectionId: id, until },
    alongside: (tx) => writeSnoozed(tx, id, until),
  })
  await demandDone(deps, caller, onboardingId, 'snooze_access', outcome)
  const { row, zone } = await read()
  return { body: consentOf(deps, row, zone) }
}
