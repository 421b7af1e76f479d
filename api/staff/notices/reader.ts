import type { Reader } from '../../../db/notices/notices.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'

/** Whose notices they are. */
export function readerOf(caller: Caller): Reader {
  return { personId: personOf(caller), sight: caller.sight }
}

/** The person who calls. Only people have notices: for a key there is nothing here. */
export function personOf({ staff }: Caller): string {
  if (staff === null) throw notFound()
  return staff.userId
}
