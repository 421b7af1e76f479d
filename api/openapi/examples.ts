import type { createDocument } from 'zod-openapi'

type Document = ReturnType<typeof createDocument>

/** The part of JSON Schema that zod generates. */
type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  example?: unknown
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  maxItems?: number
  minimum?: number
  anyOf?: Schema[]
  oneOf?: Schema[]
}
type Media = { schema: Schema; example?: unknown; examples?: Record<string, { $ref: string }> }

const OF_FORMATS: Record<string, unknown> = {
  uuid: '01980000-0000-7000-8000-000000000000',
  'date-time': '2026-03-10T14:02:00.000Z',
  date: '2026-03-09',
  email: 'hello@embark.example',
  uri: 'https://embark.example/connect/4c1f6d0e',
  base64: 'iVBORw0KGgo=',
}

/**
 * Adds an example to every request and every success answer. It is composed from the fields' examples, so that a new
 * field is included. An object's own example may give some of its fields; the others are filled in.
 */
export function addExamples(document: Document): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>
  const exampleOf = exampleIn(schemas)
  const shared: Record<string, { value: unknown }> = {}
  const illustrate = (media: Media | undefined, isAnswer: boolean) => {
    if (!media || media.example !== undefined) return
    const name = isAnswer ? media.schema.$ref?.split('/').at(-1) : undefined
    if (name === undefined) {
      media.example = exampleOf(media.schema, isAnswer)
      return
    }
    shared[name] ??= { value: exampleOf(media.schema, true) }
    media.examples = { [name]: { $ref: `#/components/examples/${name}` } }
  }
  for (const item of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(item as Record<string, Operation>)) {
      illustrate(operation.requestBody?.content['application/json'], false)
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        if (status < '300') for (const media of Object.values(content)) illustrate(media, true)
      }
    }
  }
  document.components = { ...document.components, examples: shared }
  // Removes objects' partial examples from the schemas, because they are incomplete.
  for (const one of everySchemaIn(document)) {
    if (one.properties && one.example !== undefined) delete one.example
  }
}

type Operation = {
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}

function exampleIn(schemas: Record<string, Schema>) {
  const make = (schema: Schema, isAnswer: boolean, at: string): unknown => {
    if (schema.$ref) return make(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, isAnswer, at)
    if (schema.example !== undefined && !schema.properties) return schema.example
    const choices = schema.anyOf ?? schema.oneOf
    if (choices) {
      const chosen = choices.find(({ type }) => type !== 'null') ?? {}
      // Optional values are left out, except whole objects.
      const isLeftOut = choices.length > 1 && choices.some(({ type }) => type === 'null') && !isWhole(chosen)
      return isLeftOut ? null : make(chosen, isAnswer, at)
    }
    if (schema.const !== undefined) return schema.const
    if (schema.enum) return schema.enum[0]
    if (schema.properties) return objectOf(schema, isAnswer)
    if (schema.format && schema.format in OF_FORMATS) return OF_FORMATS[schema.format]
    if (Array.isArray(schema.type) && schema.type.includes('null')) return null
    switch (schema.type) {
      case 'array':
        return schema.items && schema.maxItems !== 0 ? [make(schema.items, isAnswer, at)] : []
      case 'integer':
      case 'number':
        return Math.max(schema.minimum ?? 0, 1)
      case 'boolean':
        return false
      case 'string':
        return at
      default:
        return {}
    }
  }
  const objectOf = ({ properties = {}, required = [], example }: Schema, isAnswer: boolean): unknown => {
    const own = (example ?? {}) as Record<string, unknown>
    if (!isAnswer && example !== undefined) return own
    const needed = isAnswer || required.length === 0 ? Object.keys(properties) : required
    return Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => needed.includes(name))
        .map(([name, property]) => [
          name,
          merged(name in own ? own[name] : undefined, () => make(property, isAnswer, name)),
        ]),
    )
  }
  return (schema: Schema, isAnswer: boolean) => make(schema, isAnswer, 'text')
}

const isWhole = ({ $ref, properties, example }: Schema): boolean =>
  properties !== undefined || example !== undefined || $ref !== undefined

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Merges a given example with the generated one: given fields win, the others are generated. */
function merged(said: unknown, make: () => unknown): unknown {
  if (said === undefined) return make()
  if (!isObject(said)) return said
  const made = make()
  if (!isObject(made)) return said
  return Object.fromEntries(Object.entries(made).map(([name, value]) => [name, merged(said[name], () => value)]))
}

function* everySchemaIn(value: unknown): Generator<Schema> {
  if (Array.isArray(value)) for (const one of value) yield* everySchemaIn(one)
  else if (isObject(value)) {
    if ('properties' in value && 'type' in value) yield value as Schema
    for (const one of Object.values(value)) yield* everySchemaIn(one)
  }
}
