import { z } from 'zod'
import type { Outcome } from '../../commands/execute.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Caller } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { instant } from './onboardings/schema.ts'
import { type AskedFor, refused } from './refused.ts'

/** The most things that one request acts on. */
export const MOST_THINGS = 1000

export const resultSchema = z
  .object({
    id: z.uuid(),
    done: z.boolean().meta({ description: 'In a dry run: whether it would be.' }),
    code: z.string().nullable().meta({ description: 'Why not: the code the single command would answer with.' }),
    detail: z.string().nullable(),
    at: z.string().nullable().meta({ description: 'When waiting helps.' }),
    undoUntil: instant.nullable().meta({ description: 'Until when a cancellation can be undone.' }),
  })
  .meta({ id: 'BulkResult', description: 'What came of one of many.' })
type Result = z.infer<typeof resultSchema>
export type BulkResult = Omit<Result, 'id'>

/** The answer of an endpoint that acts on many things: what came of each. */
export const resultsSchema = z.object({ results: z.array(resultSchema), done: z.int(), notDone: z.int() })

/** Returns the answer with the results in the order of the ids. */
export function resultsOf<One extends Result>(
  ids: readonly string[],
  results: readonly One[],
): Omit<z.infer<typeof resultsSchema>, 'results'> & { results: One[] } {
  const place = new Map(ids.map((id, n) => [id, n]))
  const sorted = results.toSorted((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))
  const done = sorted.filter((one) => one.done).length
  return { results: sorted, done, notDone: sorted.length - done }
}

const DONE: BulkResult = { done: true, code: null, detail: null, at: null, undoUntil: null }
export const notDone = (code: string, detail: string): BulkResult => ({ ...DONE, done: false, code, detail })

/** Returns what came of a command on one client. `asked`: what a refusal names. */
export async function bulkResult(
  deps: Dependencies,
  caller: Caller,
  onboardingId: string,
  asked: AskedFor,
  outcome: Outcome | { result: 'done' },
): Promise<BulkResult> {
  switch (outcome.result) {
    case 'done':
    case 'changed':
      return DONE
    case 'unchanged':
    case 'too_early':
      return notDone('unchanged', 'It is so already.')
    case 'not_found':
      return notDone('not_found', notFound().message)
    case 'refused': {
      const { code, message, members } = await refused(deps, caller, onboardingId, asked, outcome.refusal, outcome.now)
      return { ...notDone(code, message), at: (members.at as string | null) ?? null }
    }
  }
}
