import type { Change, Decision } from '../changes.ts'
import type { AskedBank, CommandOf } from '../commands.ts'
import {
  ANY_BANK,
  ASK_STATES,
  type AskState,
  askStateOf,
  awaitedBanks,
  type BankAsk,
  isChoice,
  openAsks,
} from '../connections/bankAsks.ts'
import { type Bank, isOneMore, isSameBank, MOST_BANKS } from '../connections/severalBanks.ts'
import type { Verb } from '../refusals.ts'
import { type Facts, type Instant, isReadyToComplete, stateOf, stepOf, stepsLeft, UNDO_MS } from '../situation.ts'
import { allowedAt } from './allowed.ts'
import { refuse, refuseClosed } from './refusal.ts'

/** Returns true if both ask for the same bank, or both leave the choice to the client. */
const isSameAsk = (one: Bank, other: Bank): boolean =>
  isChoice(one) || isChoice(other) ? isChoice(one) && isChoice(other) : isSameBank(one, other)

/** Returns the refusal to ask for another bank; null if it may be asked for. */
export function refusalToAsk(facts: Facts, now: Instant, { besides, bank, isAwaited }: AskedBank): Decision | null {
  if (facts.instants.accepted === null || !isOneMore(facts, 'bank')) return refuse(facts, now, 'bank_first')
  // Each awaited bank needs a place of its own, or the client could never complete.
  const awaited = isAwaited ? awaitedBanks(facts).filter((one) => !isSameAsk(one, bank)).length : 0
  return besides + awaited >= MOST_BANKS ? refuse(facts, now, 'too_many_banks') : null
}

/**
 * Returns the part of a change that keeps a request for another bank. It replaces an earlier one that nothing waits for.
 * An awaited one opens a completed onboarding again; a bank that is awaited already is not awaited twice. A link that
 * names no bank and is only copied leaves nothing to keep.
 */
export function keptAsk(
  facts: Facts,
  now: Instant,
  id: string,
  { bank, isAwaited: wants }: AskedBank,
  isSent: boolean,
): Pick<Change, 'bankAsks' | 'instants' | 'raiseRun'> {
  const isAwaited = wants && !awaitedBanks(facts).some((one) => isSameAsk(one, bank))
  if (!isAwaited && !isSent && isChoice(bank)) return {}
  const { completed } = facts.instants
  const reopens = isAwaited && completed !== null
  const asked: BankAsk = {
    id,
    ...bank,
    isAwaited,
    askedAt: now,
    doneAt: null,
    droppedAt: null,
    tookBack: reopens ? completed : null,
  }
  const stay = (facts.bankAsks ?? []).filter((one) => one.isAwaited)
  return {
    // A client who said no to this bank is asked again.
    bankAsks: [
      ...stay.map((one) => (one.stoppedAt && isSameAsk(one, bank) ? { ...one, stoppedAt: null } : one)),
      asked,
    ],
    ...(reopens && { instants: { completed: null }, raiseRun: true }),
  }
}

/**
 * Returns the asks after a bank was connected; undefined if it answers none. It answers the asks for this bank, else, as a
 * bank that is new beside the others, the oldest one that leaves the choice.
 */
export function answeredAsks(
  facts: Pick<Facts, 'bankAsks' | 'steps' | 'instants'>,
  { bank = ANY_BANK, replaces }: { bank?: Bank | undefined; replaces: boolean },
  now: Instant,
): BankAsk[] | undefined {
  const open = openAsks(facts)
  const named = open.filter((one) => !isChoice(one) && isSameBank(one, bank))
  const isNew = isOneMore(facts, 'bank') && !replaces
  const chosen =
    isNew && !named.some(({ isAwaited }) => isAwaited) ? open.find((one) => isChoice(one) && one.isAwaited) : null
  const answered = [
    ...named,
    ...(chosen ? [chosen] : []),
    ...(isNew ? open.filter((one) => isChoice(one) && !one.isAwaited) : []),
  ]
  if (answered.length === 0) return undefined
  return (facts.bankAsks ?? []).flatMap((one) => {
    if (!answered.includes(one)) return one
    return one.isAwaited ? { ...one, doneAt: now } : []
  })
}

/**
 * Takes a request for another bank back while its message has not left, and with it the row that completion waits for. A
 * client who had completed is as before, unless something else has opened meanwhile. While a later request is awaited, it
 * holds that completion for whoever undoes it too.
 */
export function undoAsk(facts: Facts, now: Instant, { requestId, ask }: CommandOf<'undo_ask'>): Decision {
  const asked = facts.bankAsks?.find(({ id }) => id === ask)
  const leavesAt = (asked?.askedAt ?? 0) + UNDO_MS
  // Its message leaves at that instant, and can have been sent at no other while this is possible.
  const message = facts.messages.find(({ purpose, stateAt }) => purpose === 'another_bank' && stateAt === leavesAt)
  const hasLeft = message !== undefined && message.state !== 'queued'
  if (!asked || askStateOf(asked) !== 'open' || hasLeft || now > leavesAt) return refuse(facts, now, 'already_sent')
  const { instants } = facts
  const [left] = awaitedBanks(facts).filter((one) => one !== asked)
  const bankAsks = (facts.bankAsks ?? []).flatMap((one) => {
    if (one === asked) return []
    return one === left && asked.tookBack !== null ? { ...one, tookBack: asked.tookBack } : one
  })
  const completes =
    asked.tookBack !== null &&
    allowedAt(facts, now).includes('skip_step') &&
    isReadyToComplete(instants, stepsLeft({ ...facts, bankAsks }))
  return {
    change: {
      event: { kind: 'ask_undone', key: requestId, data: { ask } },
      bankAsks,
      ...(message && { unsent: message.id }),
      ...(completes && { instants: { completed: asked.tookBack } }),
      act: true,
    },
  }
}

/** The verb of a step that leads to each state of an ask: it is allowed where that is. */
const VERB_TO: Record<AskState, Verb> = { open: 'reopen_step', done: 'complete_step', not_needed: 'skip_step' }

/** Marks an awaited bank done or not needed by hand, or opens it again, which opens a completed onboarding. */
export function changeAsk(facts: Facts, now: Instant, { requestId, ask, to }: CommandOf<'change_ask'>): Decision {
  const asked = facts.bankAsks?.find(({ id, isAwaited }) => id === ask && isAwaited)
  if (!asked || !allowedAt(facts, now).includes(VERB_TO[to])) return refuse(facts, now, 'not_allowed')
  const from = askStateOf(asked)
  if (from === to) return { unchanged: true }
  if (from !== 'open' && to !== 'open') return refuse(facts, now, 'not_allowed')
  // A client whose bank is skipped can connect none.
  if (to === 'open' && stateOf(stepOf(facts, 'bank')) === 'skipped') return refuseClosed(facts, now, 'bank')
  const changed = {
    ...asked,
    doneAt: to === 'done' ? now : null,
    droppedAt: to === 'not_needed' ? now : null,
    stoppedAt: null,
  }
  const reopens = to === 'open' && facts.instants.completed !== null
  return {
    change: {
      event: { kind: 'ask_changed', key: requestId, data: { ask, to } },
      bankAsks: (facts.bankAsks ?? []).map((one) => (one === asked ? changed : one)),
      ...(reopens && { instants: { completed: null }, raiseRun: true }),
      act: true,
    },
  }
}

/** Returns the states that staff may give an awaited bank now. */
export const askVerbsOf = (facts: Facts, ask: string, now: Instant): AskState[] =>
  ASK_STATES.filter((to) => 'change' in changeAsk(facts, now, { do: 'change_ask', requestId: '', ask, to }))
