import type { paths } from '../../../generated/api.ts'
import type { Draft } from '../queries.ts'

export type SourceType = 'self_employment' | 'uk_property'
export type Source = { name: string; type: SourceType | null }

/** What is typed in the wizard, field by field; an empty text is nothing. */
export type Typed = {
  name: string
  practiceCode: string
  companiesHouseNumber: string
  industry: string
  /** Empty: as the practice has it. */
  country: string
  currency: string
  solutions: string[]
  /** What the client keeps its books in; empty: nothing noted. */
  software: string
  contactName: string
  contactEmail: string
  niNumber: string
  postcode: string
  sources: Source[]
  access: { everyone: boolean; people: string[]; teams: string[] }
  manager: string | null
  /** False: nobody is invited yet. */
  invites: boolean
  inviteName: string
  inviteEmail: string
  invitePhone: string
  message: string
  /** Somebody has the address on Embark, and is meant. */
  existingUser: boolean
  /** They keep the business there, and are asked to let us in. */
  asks: boolean
  /** Who does what; null as the practice does it. */
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

/** Reads what a draft keeps, whoever wrote it. */
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
    software: textOf(organisation.software),
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

/** The same in the shape in which the client is made. What is not typed is left out; a self-employed person is named once. */
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
  // As JSON has it: nothing is left of what is left out. Whether it is right is the API's to say.
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
