import { z } from 'zod'

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
