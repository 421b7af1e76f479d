import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { link } from '../../../commands/invitations/link.ts'
import { readStanding } from '../../../db/connections/connections.ts'
import { ANY_BANK } from '../../../domain/connections/bankAsks.ts'
import type { Bank } from '../../../domain/connections/severalBanks.ts'
import { UNDO_MS } from '../../../domain/situation.ts'
import { createOffers } from '../../client/offer/offer.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { isSupport, supportSendsLinks } from '../../support.ts'
import { targetOf } from '../command.ts'
import { line, onboardingParams, problem } from '../fields.ts'
import { refused } from '../refused.ts'
import { instant } from './schema.ts'

export const getLink = endpoint({
  method: 'post',
  path: '/onboardings/{id}/links',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'Copy or send a link',
  description:
    'Before acceptance a link to accept with, afterwards one to go on with. The first one makes the invitation. Support sends links, and is told none.',
  params: onboardingParams,
  body: z
    .strictObject({
      send: z
        .enum(['email', 'sms'])
        .nullish()
        .meta({ description: 'Null or left out: nothing is sent, the address is for you to pass on.' }),
      for: z
        .literal('another_bank')
        .optional()
        .meta({ description: 'Asks for a bank beside those that the client shares; the link leads there.' }),
      reconnects: z
        .uuid()
        .optional()
        .meta({ description: 'A bank connection of this client: the link leads to sharing it again.' }),
      bank: line(200, 'Choose a bank, or leave it to the client.').optional().meta({
        description: 'With `another_bank`: the bank by its id in `/bank-choices`. Left out: the client chooses.',
      }),
      waits: z.boolean().default(false).meta({
        description:
          'With `another_bank`: the client does not count as completed before it is connected. Opens a completed onboarding again.',
      }),
    })
    .superRefine(({ for: what, bank, waits }, context) => {
      if (what === 'another_bank') return
      if (bank !== undefined) problem(context, 'not_an_option', 'Only a request for another bank names one.', ['bank'])
      if (waits) problem(context, 'not_an_option', 'Only a request for another bank is waited for.', ['waits'])
    })
    .meta({ example: { send: 'email' } }),
  bodyOptional: true,
  answer: {
    status: 200,
    description: 'The address, and until when it works.',
    schema: z.object({
      url: z.url().nullable().meta({ description: 'Null for support, which never has a client’s own link.' }),
      expiresAt: instant.nullable().meta({ description: 'Null: until 30 days after completion.' }),
      ask: z
        .object({ id: z.uuid(), undoUntil: instant })
        .nullable()
        .meta({ description: 'The request for another bank, while it can be taken back.' }),
    }),
  },
  problems: {
    403: ['support_sends_links'],
    409: ['not_allowed', 'no_contact', 'bank_first', 'too_many_banks'],
    429: ['resend_too_soon', 'address_limit', 'practice_limit'],
  },
  handle: async (deps, { caller, params, body }) => {
    const { commands, linkKeys, publicUrl } = deps
    const target = targetOf(caller, params.id)
    // The holder of an accept link can accept in the client's name.
    if (isSupport(caller) && !body.send) throw supportSendsLinks()
    const asks =
      body.for === 'another_bank'
        ? { bank: body.bank ? await bankOf(deps, caller, body.bank) : ANY_BANK, isAwaited: body.waits }
        : null
    if (body.reconnects) await demandBank(deps, caller, params.id, body.reconnects)
    const send = body.send ?? null
    const answer = await link({ ...commands, linkKeys }, target, caller.actor, randomUUID(), send, asks)
    if (answer.result === 'not_found') throw notFound()
    if (answer.result === 'refused') throw await refused(deps, caller, params.id, 'link', answer.refusal, answer.now)
    const { token, expiresAt, ask } = answer
    return {
      body: {
        url: isSupport(caller) ? null : `${publicUrl}/j/${token}${placeOf(body)}`,
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        ask: ask && { id: ask.id, undoUntil: new Date(ask.askedAt + UNDO_MS).toISOString() },
      },
    }
  },
})

/** Returns the part of a link's address that names the page. */
function placeOf(asked: { for?: 'another_bank'; reconnects?: string }): string {
  if (asked.reconnects) return `/keep/${asked.reconnects}`
  return asked.for === 'another_bank' ? '/another' : ''
}

/** Returns a bank that the practice's clients can choose, by its id. Throws 422 for any other. */
async function bankOf(deps: Dependencies, { practiceId }: Caller, id: string): Promise<Bank> {
  const { listed } = await createOffers(deps).banks(practiceId)
  const bank = listed?.find(({ routes }) => routes.some(({ institution }) => institution === id))
  if (bank) return { institution: bank.id, institutionName: bank.name }
  const message = 'Choose one of the banks, or leave it to the client.'
  throw validationProblem([{ field: 'bank', code: 'not_an_option', message }])
}

/** Throws 422 unless the connection is a bank of this client that stands or was lost. */
async function demandBank({ db }: Dependencies, { practiceId }: Caller, onboardingId: string, id: string) {
  const standing = await db.inPractice(practiceId, (tx) => readStanding(tx, onboardingId))
  if (standing.some((one) => one.id === id && one.kind === 'bank')) return
  const message = 'Choose a bank that this client shares, or shared until its access ended.'
  throw validationProblem([{ field: 'reconnects', code: 'not_an_option', message }])
}
