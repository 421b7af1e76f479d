import { type Channel, HOUR_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { someBank } from './accounts.ts'
import type { Made, Practice } from './clients.ts'
import { Life } from './life.ts'
import { emailOf, mobileOf, someBusiness, someSelfEmployed } from './names.ts'
import { atWork, plot } from './plot.ts'
import { type Chance, chanceOf } from './random.ts'
import type { Contact } from './recorded.ts'
import { addLife, BLANKS } from './rows.ts'
import { Tables } from './tables.ts'

/** The numbers of clients before this one, used to make unique values. */
export type Numbers = { inDatabase: number; inPractice: number }

/** A life with its blanks, and its rows. */
export type Original = { life: Life; sheet: Tables; isBusiness: boolean }

/**
 * Generates a life from a seed. It starts around `about` and is lived until `until`. It contains blanks, so that copies
 * can belong to other clients. `isByStaff`: colleagues add clients, not a script of the practice.
 */
export function someLife(
  practice: Practice,
  isByStaff: boolean,
  seed: number,
  { about, until }: { about: Instant; until: Instant },
): Original {
  const chance = chanceOf(seed)
  const isBusiness = practice.country !== 'GB' || chance.happens(0.8)
  const phone = chance.happens(isBusiness ? 0.45 : 0.6) ? BLANKS.phone : null
  const contact: Contact = { name: BLANKS.person, email: BLANKS.email, phone }
  const skipsInvitation = chance.happens(0.19)
  const life = new Life({
    createdAt: Math.min(until - MINUTE_MS, workHour(about, chance)),
    kind: isBusiness ? 'business' : 'self_employed',
    solutions: offered(practice, isBusiness, chance),
    contact: skipsInvitation && chance.happens(0.06) ? null : contact,
    steps: stepsOf(chance, isBusiness),
    skipsInvitation,
    by: isByStaff ? { id: BLANKS.staff, name: BLANKS.inviter } : null,
    windowDays: practice.windowDays,
    giveUpDays: practice.giveUpDays,
    notificationEmail: practice.notificationEmail && BLANKS.office,
  })
  const channels = channelsOf(chance, contact)
  const { company, other } = BLANKS
  plot(life, { contact, company, otherCompany: other, channels, bank: someBank(chance) }, chance)
  life.liveUntil(until)
  const sheet = new Tables()
  addLife(sheet, life)
  return { life, sheet, isBusiness }
}

/** Generates a business and its owner. */
export function business(chance: Chance, { inDatabase }: Numbers): Made {
  const { name, industry, owner, host } = someBusiness(chance)
  const isCompany = name.endsWith('Ltd') && chance.happens(0.7)
  return {
    name,
    industry,
    companiesHouseNumber: isCompany ? String(3_000_000 + chance.whole(12_000_000)).padStart(8, '0') : null,
    postcode: null,
    incomeSources: [],
    contact: { name: owner.name, email: emailOf(owner, host), phone: mobileOf(inDatabase) },
  }
}

/** Generates a self-employed person. */
export function selfEmployed(chance: Chance, { inDatabase }: Numbers): Made {
  const { person, postcode, sources } = someSelfEmployed(chance)
  const email = emailOf(person, `mail${inDatabase % 97}.example`)
  return {
    name: person.name,
    industry: null,
    companiesHouseNumber: null,
    postcode,
    incomeSources: sources,
    contact: { name: person.name, email, phone: mobileOf(inDatabase) },
  }
}

function channelsOf(chance: Chance, { phone }: Contact): Channel[] {
  if (phone === null) return ['email']
  const chosen = chance.weighed({ email: 35, both: 55, sms: 10 })
  return chosen === 'email' ? ['email'] : chosen === 'sms' ? ['sms'] : ['email', 'sms']
}

function stepsOf(chance: Chance, isBusiness: boolean) {
  return {
    bank: chance.happens(0.04) ? 'skip' : 'client',
    books: chance.weighed(isBusiness ? { practice: 76, client: 14, skip: 10 } : { practice: 40, client: 8, skip: 52 }),
  } as const
}

function offered({ solutions }: Practice, isBusiness: boolean, chance: Chance): string[] {
  const wanted = isBusiness
    ? ['bookkeeping', ...['vat', 'payroll', 'annual_accounts', 'payments'].filter(() => chance.happens(0.45))]
    : ['self_assessment', ...(chance.happens(0.3) ? ['bookkeeping'] : [])]
  return wanted.filter((one) => solutions.includes(one))
}

/** Returns a random instant in working hours within half a day of `about`. */
const workHour = (about: Instant, chance: Chance): Instant =>
  Math.round(atWork(about + chance.between(-12 * HOUR_MS, 12 * HOUR_MS), chance))
