import { z } from 'zod'
import type { ConsentRow } from '../../../db/connections/consents.ts'
import {
  type AskedState,
  CONSENT_MOVES,
  CONSENT_SITUATIONS,
  CONSENT_STATES,
  consentSituation,
  moveOfConsent,
} from '../../../domain/connections/consents.ts'
import { nextAsk } from '../../../domain/connections/renewal.ts'
import { firstName } from '../../../domain/fields/person.ts'
import { consentSentence } from '../../../domain/rows/consentWords.ts'
import type { Instant } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import { instant } from '../onboardings/schema.ts'
import { iso, isoOrNull } from '../onboardings/summary.ts'

export const consentSchema = z
  .object({
    id: z.uuid().meta({ description: 'The connection’s.' }),
    onboardingId: z.uuid(),
    organisation: z.object({ id: z.uuid(), name: z.string(), reference: z.string().nullable() }),
    contact: z.string().nullable().meta({ description: 'Who is asked: the first name.' }),
    accountManager: z.object({ id: z.string() }).nullable(),
    bank: z.string().nullable().meta({ example: 'Northgate Bank' }),
    accounts: z.int().meta({ description: 'How many are shared.' }),
    state: z.enum(CONSENT_STATES).meta({
      description: '`stopped`: by the client. `lost`: before its end, at the bank.',
    }),
    givenAt: instant,
    endsAt: instant.nullable().meta({
      description: 'The end to come, or that came: by when somebody has to act. Null where the provider sets none.',
    }),
    situation: z.object({
      is: z.enum(CONSENT_SITUATIONS),
      move: z.enum(CONSENT_MOVES).nullable().meta({ description: 'Whose turn it is; null while nobody has to act.' }),
      sentence: z.string().nullable().meta({ example: 'Jo to confirm' }),
    }),
    downSince: instant.nullable().meta({
      description:
        'Since when the bank has been failing the clients of many practices: the client is not asked meanwhile.',
    }),
    askedAt: instant
      .nullable()
      .meta({ description: 'Since when the client is asked to confirm; null if they are not.' }),
    nextAskAt: instant.nullable().meta({ description: 'When they are asked next by itself; null for not again.' }),
    snoozedUntil: instant.nullable().meta({ description: 'Left out of `act_now` until then.' }),
    unanswered: z
      .object({ provider: z.string(), since: instant })
      .nullable()
      .meta({ description: 'The provider cannot be asked: what is said of the access is what was known then.' }),
  })
  .meta({ id: 'Consent', description: 'What a client allowed at one bank.' })

export type ConsentAnswer = z.output<typeof consentSchema>

/** Returns a consent as lists show it. `zone` is the practice's. */
export function consentOf({ banks }: Pick<Dependencies, 'banks'>, row: ConsentRow, zone: string): ConsentAnswer {
  const { now, contact, bank, endsAt, health, healthSince, downSince, state } = row
  const connector = banks.find(row.provider)
  const is = consentSituation(row, now)
  const first = firstName(contact)
  const loss = health === 'working' || health === 'unanswered' ? null : health
  const visitsBank = connector?.renewal !== 'update'
  return {
    id: row.id,
    onboardingId: row.onboardingId,
    organisation: row.organisation,
    contact: first,
    accountManager: row.managerId === null ? null : { id: row.managerId },
    bank,
    accounts: row.accounts,
    state,
    givenAt: iso(row.givenAt),
    endsAt: isoOrNull(endsAt),
    situation: {
      is,
      move: moveOfConsent(is),
      sentence: consentSentence(is, {
        first,
        bank,
        asked: row.asked,
        endsAt,
        loss,
        visitsBank,
        isDown: downSince !== null,
        zone,
      }),
    },
    downSince: isoOrNull(downSince),
    askedAt: isoOrNull(row.askedAt),
    nextAskAt: isoOrNull(nextAskOf(row, zone)),
    snoozedUntil: isoOrNull(row.snoozedUntil),
    unanswered:
      state === 'standing' && health === 'unanswered'
        ? { provider: connector?.label ?? 'The provider', since: iso(healthSince ?? now) }
        : null,
  }
}

/** Returns when the client is asked next by itself; null for one who stopped, cannot be asked, or whose bank is down. */
function nextAskOf(row: ConsentRow, zone: string): Instant | null {
  const { state, asked, accessUntil, givenAt, asksMade, downSince, now } = row
  const isAsked =
    accessUntil !== null && downSince === null && (state === 'standing' || state === 'expired') && !UNREACHED.has(asked)
  const at = isAsked ? nextAsk({ accessUntil, givenAt, asksMade, zone }) : null
  return at !== null && at > now ? at : null
}

const UNREACHED = new Set<AskedState>(['bounced', 'unreached'])
