import { z } from 'zod'
import type { FieldProblem } from '../problem.ts'
import { etagOfContent } from './versions.ts'

/** A list of ids, duplicates removed. */
export const ids = z
  .array(z.uuid())
  .max(500)
  .default([])
  .transform((given) => [...new Set(given)])
  .pipe(z.array(z.uuid()))

/** The access rules of a client, besides the admins and the account manager. */
export const accessSchema = z
  .strictObject({
    everyone: z.boolean().default(false).meta({ description: 'Everyone, including people who join later.' }),
    people: ids.meta({ description: 'Colleagues, by id.' }),
    teams: ids.meta({ description: 'Teams, by id: whoever is in them.' }),
  })
  .meta({ id: 'Access' })

/** Returns the ETag of the rules; their order does not matter. */
export const accessEtag = ({ everyone, people, teams }: z.output<typeof accessSchema>): string =>
  etagOfContent([everyone, [...people].sort(), [...teams].sort()])

/** Returns the problem of a chosen person who does not work in the practice. */
export const unknownPerson = (field: string): FieldProblem => ({
  field,
  code: 'unknown_person',
  message: 'Choose from your colleagues.',
})
