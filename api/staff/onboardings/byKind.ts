import type { KindProblem } from '../../../domain/fields/kinds.ts'

type JsonSchema = {
  type?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: unknown
  anyOf?: JsonSchema[]
  [word: string]: unknown
}

/** Returns the non-null part of a schema. */
const givenOf = (schema: JsonSchema | undefined): JsonSchema =>
  schema?.anyOf?.find(({ type }) => type !== 'null') ?? schema ?? {}

/**
 * Splits the JSON Schema of an organisation by kind, in agreement with the validation: a self-employed client has a
 * contact with an email and an income source, and a business has neither a National Insurance number nor income
 * sources.
 */
export function describeByKind(organisation: object): void {
  const { properties = {}, required = [] } = organisation as JsonSchema
  const { kind, contact, niNumber, incomeSources, ...shared } = properties
  const { properties: parts = {}, ...person } = givenOf(contact)
  const whole = { type: 'object', additionalProperties: false }
  const { default: _ofBusiness, enum: _both, ...kindText } = kind ?? {}
  const named = {
    ...whole,
    title: 'Business',
    properties: { ...shared, kind: { ...kindText, const: 'business', default: 'business' }, contact },
    required,
  }
  const selfEmployed = {
    ...whole,
    title: 'Self-employed',
    properties: {
      ...shared,
      kind: { ...kindText, const: 'self_employed' },
      contact: { ...person, properties: { ...parts, email: givenOf(parts.email) }, required: ['name', 'email'] },
      incomeSources: { ...givenOf(incomeSources), minItems: 1 },
      niNumber,
    },
    required: [...required, 'kind', 'contact', 'incomeSources'],
  }
  for (const word of Object.keys(organisation)) delete (organisation as JsonSchema)[word]
  Object.assign(organisation, { oneOf: [named, selfEmployed] })
}

const MISSING: Record<Extract<KindProblem, { code: 'required' }>['field'], string> = {
  'contact.name': 'Enter their name.',
  'contact.email': 'Enter an email address like name@example.com.',
  incomeSources: 'Add at least one income source.',
}

/** Returns what to say of a field that is wrong for the kind of client. */
export const sentenceOfKind = (wrong: KindProblem): string =>
  wrong.code === 'required' ? MISSING[wrong.field] : 'This is for self-employed clients only.'
