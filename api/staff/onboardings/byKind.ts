type JsonSchema = {
  type?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: unknown
  anyOf?: JsonSchema[]
  [word: string]: unknown
}

/** The part of a schema that is not null. */
const givenOf = (schema: JsonSchema | undefined): JsonSchema =>
  schema?.anyOf?.find(({ type }) => type !== 'null') ?? schema ?? {}

/**
 * Turns the JSON Schema of an organisation into one of each kind, as the schema refuses them: a self-employed client has
 * a contact with an email and an income source, and a business neither a National Insurance number nor income sources.
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
