import {
  condition,
  continueAsNew,
  defineSignal,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/createActivities.ts'
import { detailsOf, moveWords } from '../domain/engineWords.ts'
import { isRunOver, type Move, type Progress } from '../domain/progress.ts'
import { carriedBy, type OnboardingInput, SITUATION_CHANGED } from './contract.ts'
import { readProgress } from './recordedProgress.ts'

// SQL steps. An attempt that waits longer than the threshold becomes a timer, so an outage does not block it.
const database = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '1m' },
})
// Calls to banks and ledgers. They are bounded, so that a provider that is gone for good blocks nothing.
const provider = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '5s',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m', nonRetryableErrorTypes: ['NotFound'] },
})
// Sends. They end within the 24 h for which the mail provider remembers a key.
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' } as const
const send = { startToCloseTimeout: '30s', heartbeatTimeout: '5s', scheduleToCloseTimeout: '20h', retry } as const

/** One run of one onboarding: its progress, the armed timers, and the sends in progress. */
export class Run {
  readonly #input: OnboardingInput
  readonly #timers = new Set<number>()
  readonly #sends = new Map<string, Promise<unknown>>()
  #progress!: Progress
  #reference: string | null = null

  constructor(input: OnboardingInput) {
    this.#input = input
  }

  /** The arguments of every activity: the run, and its practice if the input names it. */
  get #ids(): [string, number, string?] {
    const { onboardingId, run, practiceId } = this.#input
    return practiceId ? [onboardingId, run, practiceId] : [onboardingId, run]
  }

  /** Creates the organisation and reads the row; signals are handled from then on. */
  async createOrganisation(): Promise<void> {
    const created = await database.createOrganisation(...this.#ids)
    const progress = readProgress(created, Date.now())
    if (!progress) throw new Error('the row was not read')
    this.#progress = progress
    this.#reference = created.reference ?? null
    setHandler(defineSignal<[unknown]>(SITUATION_CHANGED), (sent) => {
      const told = readProgress(sent, Date.now())
      if (told && told.seq > this.#progress.seq) this.#progress = told
      // What is no event, as the end of a bank's outage, brings the next move forward under the same number.
      else if (told?.next && isSooner(told, this.#progress) && patched('sooner move')) {
        this.#progress = { ...this.#progress, next: told.next }
      }
    })
  }

  /** Makes due moves and sends due messages until the row reaches this stage. */
  async until(isReached: (progress: Progress) => boolean): Promise<void> {
    while (this.#isOpen() && !isReached(this.#progress) && !workflowInfo().continueAsNewSuggested) await this.#advance()
  }

  /** Waits for the sends in progress, and sends what became due meanwhile. A too long history continues as new. */
  async drain(): Promise<void> {
    setCurrentDetails(detailsOf({ ...this.#progress, next: null }, this.#reference))
    for (this.#sendDue(); this.#sends.size > 0; this.#sendDue()) await Promise.allSettled(this.#sends.values())
    if (this.#isOpen()) await continueAsNew<(input: OnboardingInput) => Promise<void>>(this.#input)
  }

  /** Returns true while the row is on this run and the run still has something to do. */
  #isOpen(): boolean {
    return this.#progress.run === this.#input.run && !isRunOver(this.#progress)
  }

  async #advance(): Promise<void> {
    this.#sendDue()
    const known = this.#progress
    const { next } = known
    setCurrentDetails(detailsOf(known, this.#reference))
    if (next && isNow(next)) {
      this.#learn(await this.#make(next))
      // The database's clock is far behind, so the move is not due there; waits instead of asking all the time.
      if (this.#progress.seq === known.seq && this.#progress.next?.at === next.at) await sleep('10s')
      return
    }
    if (next) this.#armTimer(next)
    const armed = this.#timers.size
    await condition(() => this.#progress !== known || this.#timers.size < armed)
  }

  /** Makes a move. If a provider prevents it for a day, the move is abandoned and the row gives the next one. */
  #make(move: Move): Promise<unknown> {
    const { what } = move
    const options = { summary: moveWords(move) }
    if (what !== 'settleBank' && what !== 'cleanUp') return database[what].executeWithOptions(options, this.#ids)
    return provider[what].executeWithOptions(options, this.#ids).catch(() => database.createOrganisation(...this.#ids))
  }

  /** Arms a timer for the move. An earlier timer stays, because arming anew at every fact costs two events. */
  #armTimer(move: Move): void {
    const { at } = move
    if (Math.min(...this.#timers) <= at) return
    this.#timers.add(at)
    sleep(at - Date.now(), { summary: moveWords(move) }).then(() => this.#timers.delete(at))
  }

  /** Sends due messages that are not in progress, together, because each send costs three events. */
  #sendDue(): void {
    if (this.#progress.run !== this.#input.run) return
    for (const channel of ['email', 'sms'] as const) {
      const due = this.#progress.due.filter((one) => one.channel === channel && !this.#sends.has(one.id))
      if (due.length === 0) continue
      const ids = due.map(({ id }) => id)
      const [onboardingId, run, ...practice] = this.#ids
      const args = [onboardingId, run, ids, ...practice] as const
      const { deliver } = proxyActivities<Activities>({ ...send, ...carriedBy(channel, due) })
      const ended = deliver(...args).then(
        (sent) => this.#learn(sent),
        async () => this.#learn(await database.abandonSend(...args)),
      )
      for (const id of ids) this.#sends.set(id, ended)
      // A message that is due again, or still due because the provider never took it, is sent again.
      ended.finally(() => ids.map((id) => this.#sends.delete(id)))
    }
  }

  /** Takes the progress that an activity read, if it is as new as the known one or newer. */
  #learn(read: unknown): void {
    const progress = readProgress(read, Date.now())
    if (progress && progress.seq >= this.#progress.seq) this.#progress = progress
  }
}

/** Returns true if the next move of the same facts comes earlier in `told` than in `known`. */
const isSooner = (told: Progress, known: Progress): boolean =>
  told.seq === known.seq && told.run === known.run && (told.next?.at ?? Infinity) < (known.next?.at ?? Infinity)

/** Completing does not wait: the row was ready when it was read, and the clocks of database and engine differ. */
const isNow = ({ what, at }: Move): boolean => what === 'complete' || at <= Date.now()
