import type { Answer } from '../staffHarness.ts'
import type { Described, ReadDocument } from './document.ts'

/** Headers that programs rely on; those that only protect browsers are left out. */
const TELLING = [
  'accept',
  'content-disposition',
  'etag',
  'idempotency-replayed',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-request-id',
]

/** Returns the differences between an answer and its document: the status, the type, the code, a header, the body. */
export function complaintsAbout(
  { wrongBy }: Pick<ReadDocument, 'wrongBy'>,
  operation: Described,
  answer: Answer,
  isHead = false,
): string[] {
  const { status, headers, body, text } = answer
  const declared = operation.answers[status]
  if (!declared) return [`${status} ${body?.code ?? ''} is not declared: ${text.slice(0, 300)}`]
  const found: string[] = []
  for (const name of TELLING) {
    if (headers.has(name) && !declared.headers[name]) found.push(`${status} has ${name}: ${headers.get(name)}`)
  }
  for (const [name, { required }] of Object.entries(declared.headers)) {
    if (required && !headers.has(name)) found.push(`${status} ${body?.code ?? ''} lacks ${name}`)
  }
  if (status >= 500 && body?.code === 'internal') found.push(`500: ${text.slice(0, 300)}`)
  const kind = headers.get('content-type')?.split(';')[0] ?? ''
  const kinds = Object.keys(declared.content)
  if (kinds.length === 0 ? text !== '' : !kinds.includes(kind)) found.push(`${status} is ${kind || 'of no kind'}`)
  if (isHead || kinds.length === 0 || found.length > 0) return found
  const pointer = `${declared.pointer}/content/${kind.replace('/', '~1')}/schema`
  const wrong = wrongBy(pointer, /json/.test(kind) ? body : text)
  return wrong ? [`${status} ${body?.code ?? ''} is not as its schema says: ${wrong}`] : []
}
