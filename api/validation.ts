import type { z } from 'zod'
import type { FieldProblem } from './problem.ts'

/** Returns a schema's errors, by field, each with a stable code and a sentence. */
export function fieldProblems(error: z.ZodError, input: unknown): FieldProblem[] {
  return error.issues.flatMap((issue): FieldProblem[] => {
    const field = fieldOf(issue.path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: fieldOf([...issue.path, key.slice(0, 100)]),
        code: 'unknown_field',
        message: 'There is no such field.',
      }))
    }
    return [{ field, ...codeAndMessage(issue, valueAt(input, issue.path)) }]
  })
}

/** Returns the path of a field in the usual notation: `incomeSources[1].type`. */
function fieldOf(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  )
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input)
}

function codeAndMessage(issue: z.core.$ZodIssue, value: unknown): Omit<FieldProblem, 'field'> {
  switch (issue.code) {
    case 'custom':
      return { code: String(issue.params?.code ?? 'invalid'), message: issue.message }
    case 'invalid_type':
      return value === undefined
        ? { code: 'required', message: ownMessage(issue) ?? 'This is needed.' }
        : { code: 'wrong_type', message: `This must be ${article(issue.expected)}.` }
    case 'invalid_value':
      return {
        code: value === undefined ? 'required' : 'not_an_option',
        message: ownMessage(issue) ?? `Choose one of ${issue.values.join(', ')}.`,
      }
    case 'too_small':
      return issue.origin === 'array'
        ? { code: 'too_few', message: `Give at least ${issue.minimum}.` }
        : { code: 'too_small', message: `Give at least ${issue.minimum}.` }
    case 'too_big':
      return issue.origin === 'array'
        ? { code: 'too_many', message: `You can give up to ${issue.maximum}.` }
        : { code: 'too_big', message: `Give at most ${issue.maximum}.` }
    case 'invalid_format':
      return { code: 'wrong_format', message: issue.message }
    default:
      return { code: 'invalid', message: 'This is not right.' }
  }
}

/** Returns the schema's own message; null for a default message of zod. */
const ownMessage = ({ message }: z.core.$ZodIssue): string | null =>
  /^Invalid (input|option)/.test(message) ? null : message

const article = (type: string) =>
  type === 'object' || type === 'array' || type === 'int' ? `an ${type === 'int' ? 'integer' : type}` : `a ${type}`
