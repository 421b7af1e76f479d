import { z } from 'zod'

const text = z.string()

/** Headers of answers, each described once in the document. */
const HEADERS = {
  Accept: text.meta({ description: 'What the body has to be.', example: 'application/json' }),
  'Content-Disposition': text.meta({ description: 'Names the file.', example: 'attachment; filename="clients.csv"' }),
  ETag: text.meta({
    description:
      'The version that was answered. Sent back as `If-None-Match`, the next answer may be 304; where an operation takes `If-Match`, that is what it takes.',
    example: '"v3"',
  }),
  'Idempotency-Replayed': z.literal('true').meta({
    description: 'An earlier request under the same key did it: this is its answer.',
  }),
  Location: text.meta({
    description: 'Where what was made is read.',
    example: '/api/v1/onboardings/01980000-0000-7000-8000-000000000000',
  }),
  RateLimit: text.meta({
    description: 'How many requests are left, and after how many seconds all are there again.',
    example: 'limit=600, remaining=598, reset=42',
  }),
  'RateLimit-Policy': text.meta({ description: 'How many requests go in how many seconds.', example: '600;w=60' }),
  'Retry-After': z
    .string()
    .regex(/^\d+$/)
    .meta({ description: 'Seconds after which it may be sent again.', example: '42' }),
  'Set-Cookie': text.meta({ description: 'Names this browser to the link that is mailed.' }),
  'WWW-Authenticate': text.meta({ description: 'How to sign in.', example: 'Bearer realm="embark"' }),
  'X-Request-Id': z.uuid().meta({ description: 'Names the request in our logs.' }),
}

export type HeaderName = keyof typeof HEADERS

/** Headers that only some answers have. */
const SOMETIMES: HeaderName[] = ['Accept', 'Idempotency-Replayed', 'RateLimit', 'RateLimit-Policy']

const described: Record<string, z.ZodType> = Object.fromEntries(
  Object.entries(HEADERS).map(([name, schema]) => {
    const whole = { header: { id: name } }
    return [name, SOMETIMES.some((one) => one === name) ? schema.optional().meta(whole) : schema.meta(whole)]
  }),
)

/** Returns the headers of an answer: those of every answer, and the named ones. */
export const headersNamed = (names: readonly HeaderName[]) => {
  const all: HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy', ...names]
  return z.object(Object.fromEntries(all.map((name) => [name, described[name]!])))
}
