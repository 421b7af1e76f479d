import type { LinkKeys } from '../../commands/invitations/linkTokens.ts'
import { copyOf } from './copies.ts'
import type { Original } from './drawn.ts'
import type { SelfEmployed } from './names.ts'
import type { Tables } from './tables.ts'

/** The fields of a practice that its clients take over. */
export type Practice = {
  id: string
  country: string
  currency: string
  windowDays: number
  giveUpDays: number
  notificationEmail: string | null
  solutions: string[]
}

/** A generated client, before its life. */
export type Made = {
  name: string
  industry: string | null
  companiesHouseNumber: string | null
  postcode: string | null
  incomeSources: SelfEmployed['sources']
  contact: { name: string; email: string; phone: string | null }
}

/** The values that a copy of a life is filled in with. */
type Given = {
  made: Made
  staff: { id: string; name: string } | null
  managerId: string | null
  teamId: string | null
  practiceCode: string | null
  reference: string
  otherName: string
  laterMs: number
}

/** Adds a copy of a life with these values, and its organisation. */
export function copyLife(
  tables: Tables,
  practice: Practice,
  linkKeys: LinkKeys,
  { life, sheet }: Pick<Original, 'life' | 'sheet'>,
  { made, staff, managerId, teamId, practiceCode, reference, otherName, laterMs }: Given,
): void {
  const { rewrite, idOf } = copyOf({
    laterMs,
    linkKeys,
    practice: practice.id,
    manager: managerId,
    staff: staff?.id ?? null,
    inviter: staff?.name ?? null,
    company: made.name,
    person: made.contact.name,
    email: made.contact.email,
    phone: made.contact.phone,
    office: practice.notificationEmail,
    other: otherName,
  })
  const { contact } = life.beginning
  const organisation_id = idOf(life.organisationId)
  tables.add('organisation', {
    id: organisation_id,
    practice_id: practice.id,
    reference: life.facts.instants.provisioned === null ? null : reference,
    name: made.name,
    kind: life.beginning.kind,
    practice_code: practiceCode,
    industry: made.industry,
    software: null,
    solutions: life.beginning.solutions,
    country: practice.country,
    currency: practice.currency,
    companies_house_number: made.companiesHouseNumber,
    contact_name: contact && made.contact.name,
    contact_email: contact && made.contact.email,
    contact_phone: contact?.phone ? made.contact.phone : null,
    postcode: made.postcode,
    ledger_name: life.ledgerName && rewrite(life.ledgerName),
    account_manager_id: managerId,
    created_at: new Date(life.beginning.createdAt + laterMs),
  })
  for (const [position, { name, type }] of made.incomeSources.entries()) {
    tables.add('income_source', { practice_id: practice.id, organisation_id, position, name, type })
  }
  const kind = teamId ? 'team' : 'everyone'
  tables.add('access_rule', { practice_id: practice.id, organisation_id, kind, team_id: teamId })
  sheet.addTo(tables, rewrite)
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODES = 2 ** 30

/** Returns a client reference: unique for each number, in no visible order. */
export function referenceOf(n: number): string {
  let mixed = Number((BigInt(n + 1) * 683_540_357n + 271_828_183n) % BigInt(CODES))
  let code = ''
  for (let i = 0; i < 6; i += 1) {
    code = ALPHABET[mixed % 32] + code
    mixed = Math.floor(mixed / 32)
  }
  return `EM-${code}`
}

/** Returns the practice's own code: letters of the name, and a unique number. */
export function codeOf(name: string, n: number): string {
  const letters = name
    .replace(/^The /, '')
    .replace(/[^A-Za-z]/g, '')
    .slice(0, 3)
    .toUpperCase()
  return `${letters}${String(n + 1).padStart(3, '0')}`
}
