import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { findCurrentOnboarding } from '../../../db/onboardings/onboardings.ts'
import { type OrganisationDetails, readOrganisationDetails } from '../../../db/onboardings/organisationDetails.ts'
import { maskNiNumber } from '../../../domain/fields/ukFormats.ts'
import { organisationAnswer } from '../onboardings/schema.ts'
import { isoOrNull } from '../onboardings/summary.ts'
import { incomeSourceText } from '../texts.ts'

export const organisationParams = z.object({ id: z.uuid().meta({ description: 'The id of the organisation.' }) })

export const organisationSchema = organisationAnswer
  .extend({
    version: z.int().meta({ description: 'Also the `ETag`.' }),
    onboarding: z.uuid().nullable().meta({ description: 'The one that is open, else the last.' }),
    accountManager: z.object({ id: z.uuid() }).nullable(),
    incomeSources: z.array(z.object({ name: incomeSourceText, type: z.enum(['self_employment', 'uk_property']) })),
    erasedAt: z.string().nullable().meta({ description: 'Since when its personal data is gone.' }),
  })
  .meta({ id: 'Organisation' })

export type Organisation = z.infer<typeof organisationSchema>

/** Reads the organisation; returns null when the practice has none with that id. */
export async function readOrganisation(tx: Tx, id: string): Promise<Organisation | null> {
  const [details, onboarding] = await Promise.all([readOrganisationDetails(tx, id), findCurrentOnboarding(tx, id)])
  return details && organisationOf(details, onboarding)
}

function organisationOf(details: OrganisationDetails, onboarding: string | null): Organisation {
  const { managerId, niNumberSealed: _sealed, niNumberLast4, erasedAt, ...rest } = details
  return {
    ...rest,
    onboarding,
    erasedAt: isoOrNull(erasedAt),
    accountManager: managerId === null ? null : { id: managerId },
    niNumberMasked: niNumberLast4 && maskNiNumber(niNumberLast4.padStart(9, '•')),
  }
}
