import { z } from 'zod'
import type { SupportPractice } from '../../../db/support/practices.ts'
import { SUPPORT_ACCESSES } from '../../../domain/practice/support.ts'
import { instant } from '../onboardings/schema.ts'
import { isoOrNull } from '../onboardings/summary.ts'
import { practiceText } from '../texts.ts'

const accessFields = {
  access: z.enum(SUPPORT_ACCESSES).meta({ description: '`on_request`: not let in, and may be asked.' }),
  until: instant.nullable().meta({ description: 'Until when it is given; null for always, or not given.' }),
  askedAt: instant.nullable().meta({ description: 'When the practice was asked, while it has not answered.' }),
}

const limited = z.boolean().meta({ description: 'It is new and sends little in a day (`practice_limit`).' })

/** A practice's support access. */
export const supportPracticeSchema = z
  .object({ id: z.uuid(), name: practiceText, ...accessFields, limited })
  .meta({ id: 'SupportPractice' })

export const supportPracticeOf = (one: SupportPractice): z.infer<typeof supportPracticeSchema> => ({
  id: one.practiceId,
  name: one.name,
  access: one.access,
  until: isoOrNull(one.until),
  askedAt: isoOrNull(one.askedAt),
  limited: one.limited,
})

export const practiceParams = z.object({ id: z.uuid().meta({ description: 'The id of the practice.' }) })
