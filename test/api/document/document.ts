import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { StaffApi } from '../staffHarness.ts'

// biome-ignore lint/suspicious/noExplicitAny: JSON Schema of every shape
export type JsonSchema = any

type Media = Record<
  string,
  { schema: JsonSchema; example?: unknown; examples?: Record<string, { $ref?: string; value?: unknown }> }
>
type Header = { required?: boolean; schema: JsonSchema }
export type DescribedAnswer = { headers: Record<string, Header>; content: Media; pointer: string }

/** An operation of the OpenAPI document, with references resolved except inside schemas. */
export type Described = {
  /** Method and path, for example `post /api/v1/onboardings`. */
  name: string
  id: string
  method: string
  path: string
  description: string
  security: Record<string, string[]>[]
  parameters: { in: string; name: string; required?: boolean; schema: JsonSchema }[]
  body: { required: boolean; schema: JsonSchema; example: unknown; pointer: string } | null
  answers: Record<string, DescribedAnswer>
}

const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1')

/** Reads the OpenAPI document as the API serves it, with a validator for its schemas. */
export async function readDocument(api: Pick<StaffApi, 'call'>) {
  const { body: document } = await api.call('/openapi.json', { key: null })
  const ajv = new Ajv2020.default({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addFormat('base64', true)
  ajv.addSchema({ ...document, $id: 'openapi' })
  const at = (reference: string): JsonSchema =>
    reference
      .slice(2)
      .split('/')
      .reduce((found, part) => found[part.replaceAll('~1', '/').replaceAll('~0', '~')], document)
  const resolved = <T>(value: T & { $ref?: string }): T => (value.$ref ? at(value.$ref) : value)

  const operations = Object.entries<Record<string, JsonSchema>>(document.paths).flatMap(([path, found]) =>
    Object.entries(found).map(([method, operation]): Described => {
      const pointer = `/paths/${escaped(path)}/${method}`
      const json = operation.requestBody?.content['application/json']
      return {
        name: `${method} ${path}`,
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        description: operation.description ?? '',
        security: operation.security,
        parameters: (operation.parameters ?? []).map(resolved),
        body: json
          ? {
              required: operation.requestBody.required,
              schema: resolved(json.schema),
              example: json.example,
              pointer: `${pointer}/requestBody/content/application~1json/schema`,
            }
          : null,
        answers: Object.fromEntries(
          Object.entries<JsonSchema>(operation.responses).map(([status, one]) => {
            const { headers = {}, content = {} } = resolved(one)
            const own = Object.entries<JsonSchema>(headers).map(([name, header]) => [
              name.toLowerCase(),
              resolved(header),
            ])
            const where = one.$ref ? one.$ref.slice(1) : `${pointer}/responses/${status}`
            return [status, { headers: Object.fromEntries(own), content, pointer: where }]
          }),
        ),
      }
    }),
  )

  return {
    document,
    operations,
    resolved,
    /** Returns the errors of a value by the schema at a pointer into the document; null for a valid value. */
    wrongBy: (pointer: string, value: unknown): string | null => {
      const validate = ajv.getSchema(`openapi#${encodeURI(pointer)}`)
      if (!validate) throw new Error(`no schema at ${pointer}`)
      return validate(value) ? null : ajv.errorsText(validate.errors)
    },
  }
}

export type ReadDocument = Awaited<ReturnType<typeof readDocument>>
