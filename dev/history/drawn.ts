import { type Channel, HOUR_MS, type Instant, MINUTE_MS } from '../../domain/situation.ts'
import { someBank } from './accounts.ts'
import { BLANKS } from './blanks.ts'
import type { Copy } from './copies.ts'
import type { Script } from './life.ts'
import { emailOf, mobileOf, someBusiness, someSelfEmployed } from './names.ts'
import { atWork, plot } from './plot.ts'
import { type Chance, chanceOf } from './random.ts'

/** The fields of a practice that its clients depend on. */
export type Practice = { country: string; office: string | null; solutions: string[] }

/** Draws the script of a life that begins around `about`, and before `until`. */
export function someScript(
  practice: Practice,
  isByStaff: boolean,
  seed: number,
  { about, until }: { about: Instant; until: Instant },
): Script {
  const chance = chanceOf(seed)
  const isBusiness = practice.country !== 'GB' || chance.happens(0.8)
  const phone = chance.happens(isBusiness ? 0.45 : 0.6) ? BLANKS.phone : null
  const skipsInvitation = chance.happens(0.19)
  const hasContact = !skipsInvitation || !chance.happens(0.06)
  const channels = phone === null ? ['email' as const] : someChannels(chance)
  const bank = someBank(chance)
  return {
    createdAt: Math.min(until - MINUTE_MS, workHour(about, chance)),
    kind: isBusiness ? 'business' : 'self_employed',
    solutions: offered(practice, isBusiness, chance),
    contact: hasContact ? { name: BLANKS.person, email: BLANKS.email, phone } : null,
    steps: stepsOf(chance, isBusiness),
    isByStaff,
    happens: (life) => plot(life, channels, bank, skipsInvitation, chance),
  }
}

/** The fields of a copy that say who the client is. */
export type Made = Pick<
  Copy,
  'company' | 'industry' | 'companiesHouseNumber' | 'postcode' | 'incomeSources' | 'person' | 'email' | 'phone'
>

/** Draws a business and its owner. `n`: the number of clients before it. */
export function business(chance: Chance, n: number): Made {
  const { name, industry, owner, host } = someBusiness(chance)
  const isCompany = name.endsWith('Ltd') && chance.happens(0.7)
  return {
    company: name,
    industry,
    companiesHouseNumber: isCompany ? String(3_000_000 + chance.whole(12_000_000)).padStart(8, '0') : null,
    postcode: null,
    incomeSources: [],
    person: owner.name,
    email: emailOf(owner, host),
    phone: mobileOf(n),
  }
}

/** Draws a self-employed person. */
export function selfEmployed(chance: Chance, n: number): Made {
  const { person, postcode, sources } = someSelfEmployed(chance)
  return {
    company: person.name,
    industry: null,
    companiesHouseNumber: null,
    postcode,
    incomeSources: sources,
    person: person.name,
    email: emailOf(person, `mail${n % 97}.example`),
    phone: mobileOf(n),
  }
}

function someChannels(chance: Chance): Channel[] {
  const chosen = chance.weighed({ email: 35, both: 55, sms: 10 })
  return chosen === 'both' ? ['email', 'sms'] : [chosen]
}

function stepsOf(chance: Chance, isBusiness: boolean): Script['steps'] {
  return {
    bank: chance.happens(0.04) ? 'skip' : 'client',
    books: chance.weighed(isBusiness ? { practice: 76, client: 14, skip: 10 } : { practice: 40, client: 8, skip: 52 }),
  }
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
