import { z } from 'zod'
import type { HeldSignIn } from '../../../db/connections/signInHolders.ts'
import { endsIfUnused, hasFixedEnd } from '../../../domain/connections/connectionLife.ts'
import { LEDGERS, softwareLabel } from '../../../domain/connections/ledgers.ts'
import { namedAs } from '../../../domain/practice/support.ts'
import type { Dependencies } from '../../dependencies.ts'
import { instant } from '../onboardings/schema.ts'
import { iso, isoOrNull } from '../onboardings/summary.ts'

export const signInSchema = z
  .object({
    id: z.uuid(),
    provider: z.string(),
    software: z.string().meta({ example: LEDGERS[0].label }),
    by: z.object({
      type: z.enum(['client', 'practice', 'support']),
      id: z.uuid().nullable().meta({ description: 'The colleague; null for others.' }),
      name: z.string().nullable().meta({ description: 'Null for an API key, and for whom nobody knows any more.' }),
    }),
    clients: z.array(z.object({ onboardingId: z.uuid(), name: z.string(), isLost: z.boolean() })),
    usedAt: instant.meta({ description: 'When the software last let us in.' }),
    endsIfUnusedAt: instant.nullable().meta({ description: 'Null where it does not end of disuse.' }),
    hasFixedEnd: z
      .boolean()
      .meta({ description: 'It ends then although it is used: somebody has to sign in again before.' }),
    endedAt: instant.nullable().meta({ description: 'Since when it has ended; null while it works.' }),
    isUnanswered: z.boolean().meta({ description: 'The software did not answer when it was last asked.' }),
  })
  .meta({
    id: 'SignIn',
    description: 'One person’s sign-in at accounting software, which several clients may rest on.',
  })

/** Returns the name of a ledger for people, also of one that is not set up any more. */
export const softwareOf = ({ ledgers }: Pick<Dependencies, 'ledgers'>, provider: string): string =>
  ledgers.find(provider)?.label ?? softwareLabel(provider)

/** Returns a sign-in as the page of sign-ins shows it. */
export function signInOf(deps: Pick<Dependencies, 'ledgers'>, held: HeldSignIn): z.output<typeof signInSchema> {
  const { id, provider, openedBy, person, usedAt, endedAt, failures, clients } = held
  const ledger = deps.ledgers.find(provider)
  const [first] = clients
  return {
    id,
    provider,
    software: softwareOf(deps, provider),
    by: {
      type: openedBy,
      id: openedBy === 'practice' ? (person?.id ?? null) : null,
      name:
        openedBy === 'client'
          ? (first?.name ?? null)
          : openedBy === 'support'
            ? namedAs('support', null)
            : (person?.name ?? null),
    },
    clients,
    usedAt: iso(usedAt),
    endsIfUnusedAt: isoOrNull(ledger ? endsIfUnused({ ...held, life: ledger.signInLife }) : held.endsIfUnusedAt),
    hasFixedEnd: ledger !== null && hasFixedEnd({ ...held, life: ledger.signInLife }),
    endedAt: isoOrNull(endedAt),
    isUnanswered: failures > 0,
  }
}
