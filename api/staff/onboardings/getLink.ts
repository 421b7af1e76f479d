import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { link } from '../../../commands/invitations/link.ts'
import { readStanding } from '../../../db/connections/connections.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { isSupport, supportSendsLinks } from '../../support.ts'
import { targetOf } from '../command.ts'
import { onboardingParams } from '../fields.ts'
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
    })
    .meta({ example: { send: 'email' } }),
  bodyOptional: true,
  answer: {
    status: 200,
    description: 'The address, and until when it works.',
    schema: z.object({
      url: z.url().nullable().meta({ description: 'Null for support, which never has a client’s own link.' }),
      expiresAt: instant.nullable().meta({ description: 'Null: until 30 days after completion.' }),
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
    const isForBank = body.for === 'another_bank'
    if (body.reconnects) await demandBank(deps, caller, params.id, body.reconnects)
    const send = body.send ?? null
    const answer = await link({ ...commands, linkKeys }, target, caller.actor, randomUUID(), send, isForBank)
    if (answer.result === 'not_found') throw notFound()
    if (answer.result === 'refused') throw await refused(deps, caller, params.id, 'link', answer.refusal, answer.now)
    const { token, expiresAt } = answer
    return {
      body: {
        url: isSupport(caller) ? null : `${publicUrl}/j/${token}${placeOf(body)}`,
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      },
    }
  },
})

/** Returns the part of a link's address that names the page. */
function placeOf(asked: { for?: 'another_bank'; reconnects?: string }): string {
  if (asked.reconnects) return `/keep/${asked.reconnects}`
  return asked.for === 'another_bank' ? '/another' : ''
}

/** Throws 422 unless the connection is a bank of this client that stands or was lost. */
async function demandBank({ db }: Dependencies, { practiceId }: Caller, onboardingId: string, id: string) {
  const standing = await db.inPractice(practiceId, (tx) => readStanding(tx, onboardingId))
  if (standing.some((one) => one.id === id && one.kind === 'bank')) return
  const message = 'Choose a bank that this client shares, or shared until its access ended.'
  throw validationProblem([{ field: 'reconnects', code: 'not_an_option', message }])
}
