import { z } from 'zod'
import { chooseOrganisation } from '../../../commands/connections/ledgers/ledgerChoice.ts'
import { readStanding } from '../../../db/connections/connections.ts'
import { reportRefusal } from '../../connect/return.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound, Problem } from '../../problem.ts'
import { targetOf } from '../command.ts'
import { line, onboardingParams } from '../fields.ts'
import { readOnboarding } from '../onboardings/resource.ts'
import { onboardingSchema } from '../onboardings/schema.ts'
import { readLedgerChoice } from './ledgerChoice.ts'

export const chooseLedgerOrganisation = endpoint({
  method: 'post',
  path: '/onboardings/{id}/ledger-choice',
  writes: 'in_steps',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Choose the organisation in the ledger',
  description:
    'Connects one of those that the sign-in reaches. One whose name looks like another business is asked about first: send it again with `sameBusiness` once somebody has looked.',
  params: onboardingParams,
  body: z.strictObject({
    organisation: line(100, 'Choose one.').meta({ example: '70784a63-d24b-46a9-a4db-0e70a274b056' }),
    sameBusiness: z.boolean().default(false),
  }),
  answer: { status: 200, description: 'The onboarding as it then stands.', schema: onboardingSchema },
  problems: { 409: ['already_linked', 'sign_in_over', 'not_connected'] },
  handle: async (deps, { caller, params, body }) => {
    const { db, commands } = deps
    const read = () => db.inPractice(caller.practiceId, (tx) => readLedgerChoice(tx, deps, caller, params.id))
    const found = await read()
    if (!found) throw notFound()
    const { choice, session } = found
    const { ledger } = choice
    const isOffered = [...choice.organisations, choice.chosen].some((one) => one?.id === body.organisation)
    if (!session || !isOffered) {
      // A repeated choice finds it done.
      const standing = await db.inPractice(caller.practiceId, (tx) => readStanding(tx, params.id))
      if (!standing.some(({ tenantId }) => tenantId === body.organisation)) throw signInOver(ledger)
      return { body: await readOnboarding(deps, caller, params.id) }
    }
    const target = targetOf(caller, params.id)
    const { organisation: tenantId, sameBusiness } = body
    const result = await chooseOrganisation(commands, deps, target, session.id, tenantId, sameBusiness, caller.actor)
    switch (result.is) {
      case 'connected':
      case 'check':
        return { body: await readOnboarding(deps, caller, params.id) }
      case 'linked_elsewhere': {
        const by = (await read())?.choice.chosen?.linkedTo?.name ?? 'another client'
        const sentence = `This ${ledger} organisation is already linked to ${by}. Choose another.`
        throw new Problem(409, 'already_linked', sentence, { members: { by } })
      }
      case 'failed':
        reportRefusal(deps, session, result)
        throw new Problem(409, 'not_connected', failureSentence(result.reason, ledger))
      case 'choose':
      case 'checking':
      case 'ended':
      case 'unknown': {
        // A repeated or simultaneous choice finds it done.
        const onboarding = await readOnboarding(deps, caller, params.id)
        if (onboarding.connections.some(({ kind }) => kind === 'books')) return { body: onboarding }
        throw signInOver(ledger)
      }
    }
  },
})

const signInOver = (ledger: string): Problem =>
  new Problem(409, 'sign_in_over', `That sign-in to ${ledger} is over. Sign in again.`)

const failureSentence = (reason: string, ledger: string): string =>
  reason === 'permission'
    ? `${ledger} didn't allow reading bank accounts. Sign in as someone who may.`
    : reason === 'refused_us'
      ? `${ledger} refuses Embark at present. Its operator has been told; nothing is wrong with the sign-in.`
      : reason === 'unavailable'
        ? `${ledger} isn't answering. Nothing was connected. Sign in again.`
        : `That sign-in to ${ledger} is over. Sign in again.`
