import type { Tx } from '../client.ts'

/**
 * The `Person` of the self-employed client `g` by income: work, property or both; null for a business. A fragment for a
 * query over `organisation g`.
 */
export const personOf = (tx: Tx) => tx`
  CASE WHEN g.kind = 'self_employed' THEN (
    SELECT CASE WHEN count(DISTINCT s.type) > 1 THEN 'both' WHEN min(s.type) = 'uk_property' THEN 'property' ELSE 'work' END
    FROM income_source s WHERE s.organisation_id = g.id) END`
