import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { SessionRequest } from '../../commands/connections/sessions.ts'
import { type Alongside, execute, type Outcome } from '../../commands/execute.ts'
import type { Command } from '../../domain/commands.ts'
import type { Verb } from '../../domain/refusals.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Caller } from '../endpoint.ts'
import { notFound, validationProblem } from '../problem.ts'
import { readOnboarding } from './onboardings/resource.ts'
import type { Onboarding } from './onboardings/schema.ts'
import { type AskedFor, refused } from './refused.ts'

/** Issues one command for an onboarding and returns the onboarding afterwards. Throws the problem of a refusal. */
export async function command(
  deps: Dependencies,
  caller: Caller,
  onboardingId: string,
  verb: Verb,
  make: (requestId: string) => Command,
  alongside?: Alongside,
): Promise<{ body: Onboarding }> {
  const outcome = await execute(deps.commands, targetOf(caller, onboardingId), {
    actor: caller.actor,
    command: make(randomUUID()),
    ...(alongside && { alongside }),
  })
  return onboardingAfter(deps, caller, onboardingId, verb, outcome)
}

/**
 * Returns the inviter's name for an invitation: the caller's. Null for a key; undefined (keep the previous name) for
 * support, because the client does not know them.
 */
export const inviterOf = ({ staff }: Caller): string | null | undefined =>
  staff?.role === 'support' ? undefined : (staff?.name ?? null)

/**
 * Returns the request for a session at one of the ledgers on offer. Its connection is recorded for the person who makes
 * the address. Throws a validation problem for any other ledger.
 */
export function ledgerSessionOf(
  { actor, staff }: Caller,
  offered: readonly LedgerConnector[],
  provider: string,
): SessionRequest {
  const ledger = offered.find(({ name }) => name === provider)
  if (!ledger) {
    const message = `Choose one of ${offered.map(({ name }) => name).join(', ')}.`
    throw validationProblem([{ field: 'provider', code: 'not_an_option', message }])
  }
  return {
    step: 'books',
    provider,
    institution: null,
    institutionName: ledger.label,
    openedBy: actor.type === 'support' ? 'support' : 'practice',
    openerId: staff?.userId ?? null,
    linkId: null,
  }
}

/** The answer of an endpoint that opens such a session. */
export const openedAnswer = {
  status: 201,
  description: 'Where to go.',
  schema: z.object({ url: z.url().meta({ description: 'A page of ours: open it, and go on from there.' }) }),
} as const

export const targetOf = ({ practiceId }: Caller, onboardingId: string) => ({ practiceId, onboardingId })

/** Throws the problem of an unsuccessful outcome. */
export async function demandDone(
  deps: Dependencies,
  caller: Caller,
  onboardingId: string,
  asked: AskedFor,
  outcome: Outcome,
): Promise<void> {
  if (outcome.result === 'not_found') throw notFound()
  if (outcome.result === 'refused') {
    throw await refused(deps, caller, onboardingId, asked, outcome.refusal, outcome.now)
  }
}

/** Returns the onboarding after an act on it. Throws the problem of an unsuccessful outcome. */
export async function onboardingAfter(
  deps: Dependencies,
  caller: Caller,
  onboardingId: string,
  asked: AskedFor,
  outcome: Outcome,
): Promise<{ body: Onboarding }> {
  await demandDone(deps, caller, onboardingId, asked, outcome)
  return { body: await readOnboarding(deps, caller, onboardingId) }
}
