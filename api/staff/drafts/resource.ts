import { z } from 'zod'
import { type OpenDraft, openDraft } from '../../../commands/drafts/openDraft.ts'
import type { Tx } from '../../../db/client.ts'
import { KINDS } from '../../../domain/fields/kinds.ts'
import type { Sealer } from '../../../providers/seal.ts'
import { problem } from '../fields.ts'
import { instant } from '../onboardings/schema.ts'
import { clientText, ledgerText } from '../texts.ts'

/** The longest JSON of a draft's data, in characters. */
const LONGEST_DRAFT = 20_000

export const draftParams = z.object({ id: z.uuid().meta({ description: 'The id of the draft.' }) })

/** The pages of the wizard. */
const STEPS = ['solutions', 'software', 'details', 'income', 'access', 'invitation', 'summary'] as const

export const draftKind = z.enum(KINDS)
export const draftStep = z.enum(STEPS).meta({ description: 'The page of the wizard that is open.' })

/** The typed values, complete or not; validated only when the client is created. */
export const draftData = z
  .record(z.string().max(60), z.unknown())
  .superRefine((given, context) => {
    if (JSON.stringify(given).length > LONGEST_DRAFT)
      problem(context, 'too_long', 'This is more than a draft can hold.')
  })
  .meta({ description: 'What was typed so far, in the shape of `POST /onboardings`. Stored encrypted.' })

export const draftSchema = z
  .object({
    id: z.uuid(),
    kind: draftKind,
    step: draftStep,
    data: z.record(z.string(), z.unknown()),
    version: z.int().meta({ description: 'Also the `ETag`.' }),
    ledger: z
      .object({
        provider: ledgerText,
        label: ledgerText,
        organisation: clientText,
        accounts: z.int(),
        connectedAt: instant,
      })
      .nullable()
      .meta({ description: 'What was connected for it.' }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Draft' })

export function draftOf({ ledger, createdAt, updatedAt, step, ...draft }: OpenDraft): z.infer<typeof draftSchema> {
  return {
    ...draft,
    step: draftStep.parse(step),
    ledger: ledger && { ...ledger, connectedAt: new Date(ledger.connectedAt).toISOString() },
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}

/** Returns an open draft in the API's format; null when there is none. */
export async function readDraft(tx: Tx, sealer: Sealer, id: string): Promise<z.infer<typeof draftSchema> | null> {
  const draft = await openDraft(tx, sealer, id)
  return draft && draftOf(draft)
}
