import { SOFTWARE, type Software } from '../../../../domain/connections/ledgers.ts'
import type { paths } from '../../../generated/api.ts'
import type { Draft } from '../queries.ts'

export type SourceType = 'self_employment' | 'uk_property'
export type Source = { name: string; type: SourceType | null }

/** The values typed in the wizard. An empty text means that nothing was entered. */
export type Typed = {
  name: string
  practiceCode: string
  companiesHouseNumber: string
  industry: string
  /** Empty: the practice's country. */
  country: string
  currency: string
  solutions: string[]
  /** The accounting software of the client; empty: not known yet. */
  software: Software | ''
  softwareName: string
  contactName: string
  contactEmail: string
  niNumber: string
  postcode: string
  sources: Source[]
  access: { everyone: boolean; people: string[]; teams: string[] }
  manager: string | null
  /** False: the client is created without an invitation. */
  invites: boolean
  inviteName: string
  inviteEmail: string
  invitePhone: string
  message: string
  /** Confirms that the invited address may belong to an existing user of Embark. */
  existingUser: boolean
  /** Asks that user to share a business that is already on Embark. */
  asks: boolean
  /** The owner of each step; null: the practice's defaults. */
  steps: Steps | null
}
export type Steps = {
  bank: 'client' | 'skip'
  books: 'practice' | 'client' | 'skip'
  mapping: 'practice' | 'skip'
}

type NewClient = paths['/api/v1/onboardings']['post']['requestBody']['content']['application/json']

type Fields = Record<string, unknown>
const fieldsOf = (value: unknown): Fields => (value !== null && typeof value === 'object' ? (value as Fields) : {})
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

/** Reads the values from a draft's data. Missing or malformed fields become empty. */
export function typedOf({ data, kind }: Pick<Draft, 'data' | 'kind'>): Typed {
  const organisation = fieldsOf(data.organisation)
  const contact = fieldsOf(organisation.contact)
  const invitation = fieldsOf(data.invitation)
  const access = fieldsOf(data.access)
  const sources = Array.isArray(organisation.incomeSources) ? organisation.incomeSources.map(fieldsOf) : []
  return {
    name: kind === 'business' ? textOf(organisation.name) : '',
    practiceCode: textOf(organisation.practiceCode),
    companiesHouseNumber: textOf(organisation.companiesHouseNumber),
    industry: textOf(organisation.industry),
    country: textOf(organisation.country),
    currency: textOf(organisation.currency),
    solutions: textsOf(organisation.solutions),
    software: SOFTWARE.find((one) => one === organisation.software) ?? '',
    softwareName: textOf(organisation.softwareName),
    contactName: textOf(contact.name),
    contactEmail: textOf(contact.email),
    niNumber: textOf(organisation.niNumber),
    postcode: textOf(organisation.postcode),
    sources: sources.map(({ name, type }) => ({
      name: textOf(name),
      type: type === 'self_employment' || type === 'uk_property' ? type : null,
    })),
    access: { everyone: access.everyone === true, people: textsOf(access.people), teams: textsOf(access.teams) },
    manager: textOf(data.accountManager) || null,
    invites: data.invitation !== null,
    inviteName: textOf(invitation.name),
    inviteEmail: textOf(invitation.email),
    invitePhone: textOf(invitation.phone),
    message: textOf(invitation.message),
    existingUser: invitation.existingUser === true,
    asks: invitation.asks === true,
    steps: data.steps ? (data.steps as Steps) : null,
  }
}

const orLeftOut = (text: string): string | undefined => (text.trim() === '' ? undefined : text)

/**
 * Converts the values to the body that creates the client. Empty fields are left out; a self-employed person's name
 * fills both organisation and contact.
 */
export function dataOf(kind: Draft['kind'], typed: Typed): NewClient {
  const { access, sources } = typed
  const own = kind === 'business' ? businessOf(typed) : selfEmployedOf(typed, sources)
  const isChosen = access.everyone || access.people.length > 0 || access.teams.length > 0
  const data = {
    organisation: { kind, practiceCode: orLeftOut(typed.practiceCode), ...own },
    access: isChosen ? access : undefined,
    accountManager: typed.manager ?? undefined,
    invitation: typed.invites
      ? {
          name: orLeftOut(typed.inviteName),
          email: orLeftOut(typed.inviteEmail),
          phone: orLeftOut(typed.invitePhone),
          message: orLeftOut(typed.message),
          existingUser: typed.existingUser || undefined,
          asks: typed.asks || undefined,
        }
      : null,
    steps: typed.steps ?? undefined,
  }
  // The round trip through JSON drops undefined fields. The API validates the rest.
  return JSON.parse(JSON.stringify(data)) as NewClient
}

const businessOf = (typed: Typed) => ({
  name: orLeftOut(typed.name),
  companiesHouseNumber: orLeftOut(typed.companiesHouseNumber),
  industry: orLeftOut(typed.industry),
  country: orLeftOut(typed.country),
  currency: orLeftOut(typed.currency),
  solutions: typed.solutions.length > 0 ? typed.solutions : undefined,
  software: orLeftOut(typed.software),
  softwareName: typed.software === 'other' ? orLeftOut(typed.softwareName) : undefined,
})

const selfEmployedOf = (typed: Typed, sources: Source[]) => ({
  name: orLeftOut(typed.contactName),
  contact: { name: orLeftOut(typed.contactName), email: orLeftOut(typed.contactEmail) },
  niNumber: orLeftOut(typed.niNumber),
  postcode: orLeftOut(typed.postcode),
  incomeSources: sources.some(({ name, type }) => name.trim() || type)
    ? sources.map(({ name, type }) => ({ name, type: type ?? undefined }))
    : undefined,
})
