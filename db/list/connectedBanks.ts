import type { Tx } from '../client.ts'
import { inSight, type Sight } from '../sight.ts'

/** Returns the names of the banks that visible clients are connected to, sorted. */
export async function readConnectedBanks(tx: Tx, sight: Sight): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    SELECT DISTINCT c.institution_name AS name FROM connection c JOIN onboarding o ON o.id = c.onboarding_id
    WHERE c.kind = 'bank' AND c.state IN ('connected', 'lost') AND c.institution_name IS NOT NULL AND ${inSight(tx, sight)}
    ORDER BY name`
  return rows.map(({ name }) => name)
}
