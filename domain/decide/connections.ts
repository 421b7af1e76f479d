import type { Decision } from '../changes.ts'
import type { CommandOf } from '../commands.ts'
import { isOneMore, MOST_BANKS } from '../connections/severalBanks.ts'
import { NOT_REMINDED, reachableChannels, seriesAt } from '../reminders.ts'
import {
  asksIfAll,
  DAY_MS,
  type Facts,
  type Instant,
  isEnd,
  type Step,
  stateOf,
  statusAt,
  statusOf,
  stepOf,
} from '../situation.ts'
import { answeredAsks } from './bankAsks.ts'
import { refuse, refuseClosed } from './refusal.ts'
import { reopened, type StepChange, towards } from './steps.ts'

/** Returns the changes of a step at a provider. Books that go there are connected, so that is the way to them now. */
function atProvider(facts: Facts, now: Instant, kind: 'bank' | 'books', set: StepChange['set']): StepChange[] {
  const [books, ...others] = kind === 'books' ? towards(facts, 'connect', now) : []
  return [{ kind, set: { ...books?.set, ...set } }, ...others]
}

/**
 * Returns the refusal to connect: the step is closed, or the client shares as many banks as possible. Null if a
 * connection may come.
 */
function refusalToConnect(
  facts: Facts,
  now: Instant,
  { step, others = 0 }: { step: 'bank' | 'books'; others?: number },
): Decision | null {
  if (!isOneMore(facts, step)) {
    if (isEnd(statusOf(facts.instants))) return refuse(facts, now, 'not_allowed')
    if (stateOf(stepOf(facts, step)) !== 'open') return refuseClosed(facts, now, step, true)
  }
  return step === 'bank' && others >= MOST_BANKS ? refuse(facts, now, 'too_many_banks') : null
}

export function startSession(facts: Facts, now: Instant, command: CommandOf<'start_session'>): Decision {
  const refusal = refusalToConnect(facts, now, command)
  if (refusal) return refusal
  const set = { startedAt: now, phase: 'at_provider', failedAt: null, reason: null } as const
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_started' : 'books_started',
        key: command.sessionId,
        data: { provider: command.provider, institution: command.institution },
      },
      ...(!isOneMore(facts, command.step) && { steps: atProvider(facts, now, command.step, set) }),
      ...(command.step === 'books' && { software: command.provider }),
      // A completed onboarding has no run; this one asks the bank if nobody returns.
      ...(facts.instants.completed !== null && facts.settleAt === null && { raiseRun: true }),
      act: true,
    },
  }
}

export function awaitProvider(facts: Facts, now: Instant, command: CommandOf<'await_provider'>): Decision {
  const step = stepOf(facts, command.step)
  if (stateOf(step) !== 'open') return refuseClosed(facts, now, command.step, true)
  // One more bank has no step to say it beside.
  if (step.phase === command.phase || isOneMore(facts, command.step)) return { unchanged: true }
  // Choosing another organisation after a failed one starts a new try.
  const chooses = command.phase === 'choose_organisation'
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_waiting' : 'books_waiting',
        // A session may return to an earlier phase, so `seq` is part of the key.
        key: `${command.sessionId}:${command.phase}:${facts.seq + 1}`,
        data: { phase: command.phase },
      },
      steps: [{ kind: command.step, set: { phase: command.phase, ...(chooses && { failedAt: null, reason: null }) } }],
    },
  }
}

/**
 * Records a session that ended without a connection. One more bank that did not come leaves the steps as they are;
 * otherwise nothing changes once the step or the onboarding has ended.
 */
export function failSession(facts: Facts, now: Instant, command: CommandOf<'fail_session'>): Decision {
  const oneMore = isOneMore(facts, command.step)
  const isOver = isEnd(statusOf(facts.instants)) || stateOf(stepOf(facts, command.step)) !== 'open'
  if (isOver && !oneMore) return { unchanged: true }
  return {
    change: {
      event: {
        kind: command.step === 'bank' ? 'bank_failed' : 'books_failed',
        key: command.sessionId,
        data: { provider: command.provider, family: command.reason },
      },
      ...(!oneMore && {
        steps: [{ kind: command.step, set: { phase: null, failedAt: now, reason: command.reason } }],
      }),
    },
  }
}

/** Stops reminding the client of a bank that is down. One who is at the bank or was stopped otherwise stays as they are. */
export function pauseBank(facts: Facts, now: Instant, { outageId }: CommandOf<'pause_bank'>): Decision {
  const step = stepOf(facts, 'bank')
  const isWaiting = step.required && stateOf(step) === 'open' && (step.phase === null || step.phase === 'lost')
  if (statusAt(facts, now) !== 'accepted' || !isWaiting || NOT_REMINDED.has(step.reason)) return { unchanged: true }
  return {
    change: {
      // The client may leave for the bank and come back while it is down, so `seq` is part of the key.
      event: { kind: 'bank_paused', key: `${outageId}:${facts.seq + 1}`, data: {} },
      steps: [{ kind: 'bank', set: { failedAt: now, reason: 'bank_down' } }],
    },
  }
}

/**
 * Resumes reminders once a bank works again that was down. A client who tried is told so, which replaces the reminders
 * missed meanwhile and those due within a day; any other gets the one that was missed last.
 */
export function bankBack(facts: Facts, now: Instant, command: CommandOf<'bank_back'>): Decision {
  const step = stepOf(facts, 'bank')
  if (statusAt(facts, now) !== 'accepted' || stateOf(step) !== 'open' || step.reason !== 'bank_down') {
    return { unchanged: true }
  }
  const { sessionId, hasTried = true } = command
  const steps: StepChange[] = [{ kind: 'bank', set: { failedAt: null, reason: null } }]
  if (!hasTried) {
    return { change: { event: { kind: 'bank_back', key: `${sessionId}:${facts.seq + 1}`, data: {} }, steps } }
  }
  const asked = { ...facts, steps: facts.steps.map((one) => (one === step ? { ...one, ...steps[0]?.set } : one)) }
  const series = seriesAt(asked, now).find(({ kind }) => kind === 'client')
  const passed = series?.reminders.filter(({ at }) => at < now + DAY_MS).at(-1)
  const [channel] = reachableChannels(facts)
  return {
    change: {
      event: { kind: 'bank_back', key: sessionId, data: {} },
      steps,
      ...(series && passed && { reminded: { kind: 'client' as const, series: series.key, n: passed.n } }),
      messages: channel ? [{ purpose: 'bank_back', channels: [channel] }] : [],
    },
  }
}

/**
 * Returns the changes to a step whose connection stands: it is done, or, for the bank of a client who was not asked yet,
 * waits until they say that these are all their banks. The reminders of that begin anew.
 */
function stood(facts: Facts, kind: 'bank' | 'books', now: Instant): StepChange['set'] {
  const asks = kind === 'bank' && facts.policy.bankDoneWhen === 'client_says' && !stepOf(facts, kind).saidAllAt
  const cleared = { failedAt: null, reason: null }
  return asks ? { ...cleared, phase: 'more_banks', openedAt: now } : { ...cleared, phase: null, doneAt: now }
}

/** Records that the client shares all their banks, which completes the bank step. Unchanged if nothing asks for it. */
export function finishBanks(facts: Facts, now: Instant, { requestId }: CommandOf<'finish_banks'>): Decision {
  if (!asksIfAll(facts)) return { unchanged: true }
  if (statusAt(facts, now) !== 'accepted') return refuse(facts, now, 'not_allowed')
  const done = { doneAt: now, saidAllAt: now, phase: null, failedAt: null, reason: null }
  return {
    change: {
      event: { kind: 'banks_finished', key: requestId, data: {} },
      steps: [{ kind: 'bank', set: done }],
      act: true,
    },
  }
}

/**
 * Records a connection. The first bank completes its step, unless the client has to say that it is all; one more leaves
 * that step as it is. Matching is done again with a bank whose accounts kept all their matches, and comes back with one
 * more bank whose accounts have none yet, until the bank step is done.
 */
export function connect(facts: Facts, now: Instant, command: CommandOf<'connect'>): Decision {
  const refusal = refusalToConnect(facts, now, command)
  if (refusal) return refusal
  const { step: kind, provider, accounts, bank, reconnected, isConfirmed, isMatched, isDenied = false } = command
  const oneMore = isOneMore(facts, kind)
  const denied = { doneAt: null, phase: null, failedAt: now, reason: 'permission' } as const
  const connected = {
    startedAt: stepOf(facts, kind).startedAt ?? now,
    ...(isDenied ? denied : stood(facts, kind, now)),
    isConnected: true,
  }
  const bankAsks = kind === 'bank' ? answeredAsks(facts, { bank, replaces: reconnected !== undefined }, now) : undefined
  const staysMatched =
    isMatched && stateOf(stepOf(facts, 'mapping')) === 'open' && stateOf(stepOf(facts, 'books')) === 'done'
  const comesBack = oneMore && asksIfAll(facts) && !isMatched && stateOf(stepOf(facts, 'mapping')) === 'done'
  return {
    change: {
      event: {
        kind: kind === 'bank' ? 'bank_connected' : 'books_connected',
        key: command.connectionId,
        data: {
          provider,
          accounts,
          ...(isConfirmed && { confirmed: true }),
          ...(isDenied && { denied: true }),
          ...reconnected,
        },
      },
      steps: [
        ...(oneMore ? [{ kind, set: { isConnected: true } }] : atProvider(facts, now, kind, connected)),
        ...(staysMatched ? [{ kind: 'mapping' as const, set: { doneAt: now } }] : []),
        ...(comesBack ? [{ kind: 'mapping' as const, set: { doneAt: null, openedAt: now } }] : []),
      ],
      ...(kind === 'books' && { software: provider }),
      ...(bankAsks && { bankAsks }),
      act: true,
      ...(!oneMore && { sessions: kind, keepsSession: command.sessionId }),
      messages: kind === 'bank' ? [{ purpose: 'staff_bank_connected', channels: ['email'] }] : [],
    },
  }
}

/**
 * Records that sharing was stopped. In an open onboarding the step reopens as lost, with mapping; afterwards only the
 * connection ends. Mails the practice if the client did it.
 */
export function disconnect(facts: Facts, now: Instant, command: CommandOf<'disconnect'>): Decision {
  const steps = cameBack(facts, command, now)
  // A client who stopped sharing gets no reminders to share again.
  const reason = command.by === 'client' ? 'stopped' : null
  const lost = { phase: 'lost', failedAt: now, reason, isConnected: false } as const
  return {
    change: {
      event: { kind: 'disconnected', key: command.connectionId, data: { step: command.step, by: command.by } },
      steps: steps.map(({ kind, set }) => ({
        kind,
        set: kind === command.step ? { ...set, ...lost } : set,
      })),
      act: true,
      messages: command.by === 'client' ? [{ purpose: 'staff_told', channels: ['email'] }] : [],
    },
  }
}

/**
 * Records that a connection cannot be read any more. In an open onboarding its step comes back as lost, with mapping;
 * afterwards only the connection is lost.
 */
export function lose(facts: Facts, now: Instant, command: CommandOf<'lose'>): Decision {
  const { connectionId, step, health } = command
  const isLacking = health === 'permission'
  const reason = isLacking ? 'permission' : null
  // A client who said that these are all their banks is not asked again once it works.
  const { saidAllAt = null } = stepOf(facts, step)
  const lost = { phase: isLacking ? null : 'lost', failedAt: now, reason, saidAllAt } as const
  return {
    change: {
      // It may work again and be lost again, so `seq` is part of the key.
      event: { kind: 'connection_lost', key: `${connectionId}:${facts.seq + 1}`, data: { step, health } },
      steps: cameBack(facts, command, now).map(({ kind, set }) => ({
        kind,
        set: kind === step ? { ...set, ...lost } : set,
      })),
    },
  }
}

/** Records that a lost connection works again. Its step is as before, and mapping done if its accounts are still matched. */
export function recover(facts: Facts, now: Instant, { connectionId, step, isMapped }: CommandOf<'recover'>): Decision {
  return {
    change: {
      event: { kind: 'connection_recovered', key: `${connectionId}:${facts.seq + 1}`, data: { step } },
      steps: recovered(facts, step, isMapped, now),
    },
  }
}

/** Returns the changes that end the loss of a step, with mapping done if its accounts are still matched. */
export function recovered(facts: Facts, step: 'bank' | 'books', isMapped: boolean, now: Instant): StepChange[] {
  const { phase, reason } = stepOf(facts, step)
  const isLost = stateOf(stepOf(facts, step)) === 'open' && (phase === 'lost' || reason === 'permission')
  const comesBack = isLost && !isEnd(statusOf(facts.instants))
  const matched = comesBack && isMapped && stateOf(stepOf(facts, 'mapping')) === 'open'
  return [
    ...(comesBack ? [{ kind: step, set: { ...stood(facts, step, now), isConnected: true } }] : []),
    ...(matched ? [{ kind: 'mapping' as const, set: { doneAt: now } }] : []),
  ]
}

/**
 * Returns the changes that open a step again whose connection ended. None while other connections of its kind work, nor
 * once the onboarding has ended.
 */
function cameBack(
  facts: Facts,
  { step, isOneOfSeveral }: { step: 'bank' | 'books'; isOneOfSeveral?: boolean },
  now: Instant,
): StepChange[] {
  if (isOneOfSeveral || isEnd(statusOf(facts.instants))) return []
  // A bank step that waits for the client to say that it is all has its bank, like one that is done.
  const isDone = (one: Step) => one.kind === step && one.phase === 'more_banks'
  const standing = { ...facts, steps: facts.steps.map((one) => (isDone(one) ? { ...one, doneAt: now } : one)) }
  return stateOf(stepOf(standing, step)) === 'done' ? (reopened(standing, [step], now) ?? []) : []
}
