import { z } from 'zod'
import type { FieldProblem } from '../problem.ts'
import { etagOfContent } from './versions.ts'

/** Some of them by id, each once. */
export const ids = z
  .array(z.uuid())
  .max(500)
  .default([])
  .transform((given) => [...new Set(given)])
  .pipe(z.array(z.uuid()))

/** Who may see a client, besides the admins and the account manager. */
export const accessSchema = z
  .strictObject({
    everyone: z.boolean().default(false).meta({ description: 'Everyone, including people who join later.' }),
    people: ids.meta({ description: 'Colleagues, by id.' }),
    teams: ids.meta({ description: 'Teams, by id: whoever is in them.' }),
  })
  .meta({ id: 'Access' })

/** The ETag of the rules: the same rules have the same, in whichever order. */
export const accessEtag = ({ everyone, people, teams }: z.output<typeof accessSchema>): string =>
  etagOfContent([everyone, [...people].sort(), [...teams].sort()])

/** Somebody was chosen who does not work in the practice. */
export const unknownPerson = (field: string): FieldProblem => ({
  field,
  code: 'unknown_person',
  message: 'Choose from your colleagues.',
})
