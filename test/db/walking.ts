import { expect } from 'vitest'
import type { Outcome, Target } from '../../commands/execute.ts'
import { moveClock } from '../../dev/demo/advance.ts'
import type { Command } from '../../domain/commands.ts'
import { describe as situate, storedTurns } from '../../domain/describe.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { type Facts, type Instant, statusOf } from '../../domain/situation.ts'
import { needsStaff } from '../../domain/waiting.ts'
import { ask, link } from '../domain/onboardings.ts'
import type { EngineAway } from './engineAway.ts'

export type Stored = {
  status: string
  seq: number
  notified: number
  run: number
  wake: Instant | null
  blockedBy: string | null
  move: string | null
  since: Instant
  turnsAt: Instant | null
  turnsBlockedBy: string | null
  turnsMove: string | null
  alsoBlockedBy: string | null
  alsoMove: string | null
  turnsAlsoBlockedBy: string | null
  turnsAlsoMove: string | null
  needsStaff: boolean
  offset: number
  events: number
  lastEvent: number
}

/** A command, or one that depends on the situation; `after` advances so many ms. */
export type Step = Command | { after: number } | 'accept' | { extendTo: number } | { snoozeFor: number }
export const after = (ms: number) => ({ after: ms })

/** Returns the facts without the withdrawn messages, which no rule reads. */
const looked = (facts: Facts) => ({ ...facts, messages: facts.messages.filter((m) => m.state !== 'withdrawn') })

/** Runs commands on the real database and checks the row after each. */
export function walkingOn(with_: EngineAway) {
  const stored = async (onboardingId: string): Promise<Stored> => {
    const [row] = await with_.owner<Stored[]>`
    SELECT status, fact_seq AS seq, notified_seq AS notified, run, epoch_ms(wake_at) AS wake, blocked_by AS "blockedBy",
      move, epoch_ms(since) AS since, epoch_ms(turns_at) AS "turnsAt", turns_blocked_by AS "turnsBlockedBy",
      turns_move AS "turnsMove", also_blocked_by AS "alsoBlockedBy", also_move AS "alsoMove",
      turns_also_blocked_by AS "turnsAlsoBlockedBy", turns_also_move AS "turnsAlsoMove", needs_staff AS "needsStaff",
      clock_offset_ms::float8 AS "offset",
      (SELECT count(*)::int FROM event WHERE onboarding_id = o.id) AS events,
      (SELECT max(seq) FROM event WHERE onboarding_id = o.id) AS "lastEvent"
    FROM onboarding o WHERE id = ${onboardingId}`
    if (!row) throw new Error('the onboarding is gone')
    return row
  }

  /** Checks that the row agrees with the domain's description of the facts. */
  const checkRow = async (target: Target, outcome: Exclude<Outcome, { result: 'not_found' }>) => {
    const row = await stored(target.onboardingId)
    const described = situate(outcome.facts, outcome.now)
    const turns = storedTurns(outcome.facts, described)
    expect(row).toMatchObject({
      status: statusOf(outcome.facts.instants),
      seq: outcome.facts.seq,
      run: outcome.facts.run,
      events: row.seq,
      lastEvent: row.seq,
    })
    expect(row.notified).toBeLessThanOrEqual(row.seq)
    if (outcome.result !== 'changed') return
    expect(row).toMatchObject({
      wake: nextMove(outcome.facts, outcome.now)?.at ?? null,
      blockedBy: described.blockedBy,
      move: described.move,
      since: described.since,
      turnsAt: turns && turns.at - row.offset,
      turnsBlockedBy: turns?.blockedBy ?? null,
      turnsMove: turns?.move ?? null,
      alsoBlockedBy: described.also[0]?.blockedBy ?? null,
      alsoMove: described.also[0]?.move ?? null,
      turnsAlsoBlockedBy: turns?.also?.blockedBy ?? null,
      turnsAlsoMove: turns?.also?.move ?? null,
      needsStaff: [described, ...described.also].some(needsStaff),
    })
    expect(looked((await with_.read(target)).facts)).toEqual(looked(outcome.facts))
  }

  const shift = (target: Target, byMs: number) => moveClock(with_.owner, target.onboardingId, byMs)

  /** Runs one step and checks its result. */
  const take = async (target: Target, step: Exclude<Step, { after: number }>) => {
    const { facts, now } = await with_.read(target)
    const generation = facts.invitation?.generation ?? 1
    const command =
      step === 'accept'
        ? ask.accept(link({ id: facts.invitation ? await with_.ensureLink(target) : facts.id, generation }))
        : 'extendTo' in step
          ? ask.extend(now + step.extendTo)
          : 'snoozeFor' in step
            ? ask.snooze(now + step.snoozeFor)
            : step
    const outcome = await with_.perform(target, command)
    if (outcome.result === 'not_found') throw new Error('not found')
    await checkRow(target, outcome)
    return outcome
  }

  /** Runs the steps in order and checks each that changes something. Returns the last outcome. */
  const walk = async (target: Target, steps: Step[]) => {
    let last: Exclude<Outcome, { result: 'not_found' }> | null = null
    for (const step of steps) {
      if (typeof step === 'object' && 'after' in step) {
        await shift(target, step.after)
        continue
      }
      const outcome = await take(target, step)
      expect(outcome.result, JSON.stringify(step)).toBe('changed')
      last = outcome
    }
    if (!last) throw new Error('nothing was done')
    return last
  }

  return { stored, shift, take, walk }
}
