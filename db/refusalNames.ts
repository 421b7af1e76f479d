import { LEDGERS } from '../domain/connections/ledgers.ts'
import { firstName } from '../domain/fields/person.ts'
import type { StepKind } from '../domain/situation.ts'
import type { Tx } from './client.ts'

type Row = {
  timeZone: string
  client: string | null
  contact: string | null
  acceptedAt: number | null
  provider: string | null
  institution: string | null
}

/**
 * Returns the names in a refusal's sentence. `step`: the step that causes it. Without an onboarding (creation was
 * refused) only the practice's zone is real.
 */
export async function readRefusalNames(tx: Tx, onboardingId: string | null, step: StepKind | null) {
  const [row] = await tx<Row[]>`
    SELECT p.time_zone AS "timeZone", g.name AS client, coalesce(i.name, g.contact_name) AS contact,
      epoch_ms(o.accepted_at) AS "acceptedAt", c.provider, c.institution_name AS institution
    FROM practice p LEFT JOIN onboarding o ON o.id = ${onboardingId}
      LEFT JOIN organisation g ON g.id = o.organisation_id
      LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation
      LEFT JOIN connection c ON c.organisation_id = g.id AND c.kind = ${step} AND c.state = 'connected'`
  return {
    timeZone: row?.timeZone ?? 'UTC',
    client: row?.client ?? 'This client',
    first: firstName(row?.contact) ?? 'The client',
    acceptedAt: row?.acceptedAt ?? null,
    /** The bank or software that the step is connected to; null without a connection. */
    connected: row?.institution ?? LEDGERS.find(({ id }) => id === row?.provider)?.label ?? null,
  }
}
