import type { Channel, Instant, StepReason } from '../../domain/situation.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, stateOf, statusAt, stepOf } from '../../domain/situation.ts'
import { type Account, type Bank, nameAlike, someBankAccounts, someLedgerAccounts } from './accounts.ts'
import { accept, askBack, cancel, connect, decline, fail, invite, match, setOut, snooze, wait, XERO } from './acts.ts'
import { BLANKS } from './blanks.ts'
import type { Life } from './life.ts'
import { someone } from './names.ts'
import type { Chance } from './random.ts'

// Plans, at random, the acts of the people around an onboarding, in shares and delays that practices know. The rules
// decide which acts have an effect.

/** Returns the next instant in working hours: weekdays from nine to half past five, approximately by London's clock. */
export function atWork(at: Instant, chance: Chance): Instant {
  const date = new Date(at)
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60
  const day = date.getUTCDay()
  if (day >= 1 && day <= 5 && hour >= 8.5 && hour < 17.5) return at
  const morning = new Date(at)
  morning.setUTCHours(8, 30, 0, 0)
  if (hour >= 8.5) morning.setUTCDate(morning.getUTCDate() + 1)
  while (morning.getUTCDay() === 0 || morning.getUTCDay() === 6) morning.setUTCDate(morning.getUTCDate() + 1)
  return morning.getTime() + Math.round(chance.between(0, 4 * HOUR_MS))
}

/** Returns the next instant at which a client may act: at any hour except at night. */
function awake(at: Instant, chance: Chance): Instant {
  const hour = new Date(at).getUTCHours()
  return hour >= 7 && hour < 23 ? at : at + Math.round(((31 - hour) % 24) * HOUR_MS + chance.between(0, 3 * HOUR_MS))
}

/** The choices of this life, and the client's accounts. */
type Cast = { channels: Channel[]; bank: Bank; accounts: Account[]; ledgerAccounts: Account[] }

/** Plans the life of a client from its beginning. `skipsInvitation`: it is not invited when it is added. */
export function plot(life: Life, channels: Channel[], bank: Bank, skipsInvitation: boolean, chance: Chance): void {
  const accounts = someBankAccounts(chance, BLANKS.company)
  const ledgerAccounts = someLedgerAccounts(chance)
  nameAlike(accounts, ledgerAccounts, chance)
  const cast = { channels, bank, accounts, ledgerAccounts }
  const byStaff = (ms: number, act: () => unknown) => life.on(atWork(life.now + ms, chance), act)
  if (!skipsInvitation) life.after(900, () => invites(life, cast, chance))
  else if (chance.happens(0.8))
    byStaff(chance.wait(3 * DAY_MS), () => life.facts.hasContact && invites(life, cast, chance))
  if (chance.happens(0.035)) byStaff(chance.wait(12 * DAY_MS), () => cancels(life, chance))
  // Most clients that are still open after some weeks are cancelled, because practices clear them from their list.
  if (chance.happens(0.85))
    byStaff((35 + chance.between(0, 60)) * DAY_MS, () => !isEnded(life) && cancels(life, chance))
  if (chance.happens(0.02)) byStaff(chance.wait(5 * DAY_MS), () => snoozes(life, chance))
  const books = stepOf(life.facts, 'books')
  if (books.owner === 'practice' && stateOf(books) === 'open' && chance.happens(0.95)) {
    byStaff(chance.wait(2.5 * DAY_MS), () => goesToLedger(life, cast, chance, 'practice'))
  }
}

const isEnded = ({ facts, now }: Life) =>
  ['completed', 'gave_up', 'cancelled', 'expired', 'declined'].includes(statusAt(facts, now))

async function invites(life: Life, cast: Cast, chance: Chance): Promise<void> {
  const { channels } = cast
  const bounces = channels.includes('email') && chance.happens(0.025)
  if (!(await invite(life, channels, bounces))) return
  if (!bounces || channels.length > 1) answer(life, cast, chance, 0)
  else if (chance.happens(0.8)) {
    life.on(atWork(life.now + chance.wait(9 * HOUR_MS), chance), () => resend(life, cast, chance))
  }
}

/** Plans the answer to an invitation: most accept, within the day or after a reminder; some never answer. */
function answer(life: Life, cast: Cast, chance: Chance, doubt: number): void {
  const does = chance.weighed({ accepts: 0.8 - doubt, declines: 0.035, nothing: 0.165 + doubt })
  // Half answer when they read it; the rest answer later, after reminders.
  const delay = chance.happens(0.55) ? chance.wait(5 * HOUR_MS) : chance.wait(2.4 * DAY_MS)
  const at = awake(life.now + MINUTE_MS + delay, chance)
  if (does === 'accepts') life.on(at, () => accepts(life, cast, chance))
  if (does === 'declines') life.on(at, () => declines(life, chance))
  const { generation = 0 } = life.facts.invitation ?? {}
  // Most clients who did not answer within the week are invited again.
  if (generation < 3 && chance.happens(0.7)) {
    const later = atWork(life.now + 7 * DAY_MS + chance.wait(4 * DAY_MS), chance)
    life.on(later, () => statusAt(life.facts, life.now) === 'expired' && resend(life, cast, chance))
  }
}

async function resend(life: Life, cast: Cast, chance: Chance): Promise<void> {
  if (life.facts.invitation && (await invite(life, cast.channels))) answer(life, cast, chance, 0.12)
}

async function accepts(life: Life, cast: Cast, chance: Chance): Promise<void> {
  const asksBank = stateOf(stepOf(life.facts, 'bank')) === 'open'
  const bankId = asksBank && chance.happens(0.93) ? cast.bank.id : null
  if (!(await accept(life, chance.of<Channel>(life.facts.invitation?.channels ?? ['email']), bankId))) return
  if (bankId) life.after(SECOND_MS, () => goesToBank(life, cast, chance, 0))
  else if (asksBank && chance.happens(0.6)) {
    life.on(awake(life.now + chance.wait(4 * DAY_MS), chance), () => goesToBank(life, cast, chance, 0))
  }
  const books = stepOf(life.facts, 'books')
  if (books.owner === 'client' && stateOf(books) === 'open' && chance.happens(0.85)) {
    const delay = chance.happens(0.6) ? 7 * MINUTE_MS : chance.wait(4 * DAY_MS)
    life.on(awake(life.now + delay, chance), () => goesToLedger(life, cast, chance, 'client'))
  }
}

const REASONS = { not_the_right_person: 0.4, not_my_company: 0.15, no_wish: 0.3, other: 0.15 }
const NOTES = ['We moved to another accountant.', 'The company is closing.', 'We do the books ourselves.']

function declines(life: Life, chance: Chance): Promise<boolean> {
  const reason = chance.weighed(REASONS)
  // A wrong recipient may name the right person.
  if (reason === 'not_the_right_person') return decline(life, reason, chance.happens(0.7) ? someone(chance).name : null)
  return decline(life, reason, reason === 'other' || chance.happens(0.3) ? chance.of(NOTES) : null)
}

const CANCELS = [
  'Went to another firm.',
  'Added twice.',
  'The client is winding up.',
  'They keep paper records for now.',
]

const cancels = (life: Life, chance: Chance) => cancel(life, chance.of(CANCELS))
const snoozes = (life: Life, chance: Chance) =>
  snooze(life, Math.round(atWork(life.now + chance.between(3, 21) * DAY_MS, chance)))

/** Plans a session at the bank. Most return with their accounts; the others try again later, or never. */
async function goesToBank(life: Life, cast: Cast, chance: Chance, tries: number): Promise<void> {
  const trip = life.facts.instants.accepted === null ? null : await setOut(life, 'bank', 'client', cast.bank)
  if (!trip) return
  const ends = chance.weighed({ connected: 86, processing: 5, stopped: 5, refused: 2, down: 1.3, none: 0.7 })
  const back = chance.between(50 * SECOND_MS, 5 * MINUTE_MS)
  const connects = async () => {
    if (await connect(life, trip, cast.accounts, null)) matches(life, chance)
  }
  if (ends === 'connected') life.after(back, connects)
  else if (ends === 'processing') {
    life.after(back, () => wait(life, trip, 'processing'))
    life.after(back + chance.between(40 * SECOND_MS, 25 * MINUTE_MS), connects)
  } else {
    const [reason, words] = FAILURES[ends]
    life.after(back, () => fail(life, trip, reason, words))
    if (ends === 'down') life.after(back + chance.between(HOUR_MS, 9 * HOUR_MS), () => askBack(life, trip))
    if (tries < 3 && chance.happens(0.72)) {
      const delay = chance.happens(0.5) ? chance.wait(3 * HOUR_MS) : chance.wait(3 * DAY_MS)
      life.on(awake(life.now + back + MINUTE_MS + delay, chance), () => goesToBank(life, cast, chance, tries + 1))
    }
  }
}

const FAILURES: Record<'stopped' | 'refused' | 'down' | 'none', [StepReason, string | null]> = {
  stopped: ['cancelled', null],
  refused: ['refused', 'The bank did not let this user share business accounts.'],
  down: ['bank_down', 'The bank did not answer.'],
  none: ['no_accounts', 'No account was ticked at the bank.'],
}

async function goesToLedger(life: Life, cast: Cast, chance: Chance, by: 'client' | 'practice'): Promise<void> {
  const trip = await setOut(life, 'books', by, XERO)
  if (!trip) return
  const back = chance.between(40 * SECOND_MS, 4 * MINUTE_MS)
  if (chance.happens(0.04)) {
    life.after(back, () => fail(life, trip, 'permission', 'This sign-in may not connect apps.'))
    if (!chance.happens(0.7)) return
    life.on(atWork(life.now + back + chance.wait(2 * DAY_MS), chance), () => goesToLedger(life, cast, chance, by))
    return
  }
  life.after(back, async () => {
    const name = chance.happens(0.97) ? BLANKS.company : BLANKS.other
    if (await connect(life, trip, cast.ledgerAccounts, name)) matches(life, chance)
  })
}

/** Has a colleague match the accounts, mostly within two days after bank and ledger are connected. */
function matches(life: Life, chance: Chance): void {
  const isConnected = (kind: 'bank' | 'books') => stateOf(stepOf(life.facts, kind)) === 'done'
  if (!isConnected('bank') || !isConnected('books') || chance.happens(0.05)) return
  life.on(atWork(life.now + chance.wait(14 * HOUR_MS), chance), () => match(life, () => chance.happens(0.06)))
}
