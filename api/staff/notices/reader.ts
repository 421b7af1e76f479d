import type { Reader } from '../../../db/notices/notices.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'

/** Returns the reader whose notices are meant. */
export function readerOf(caller: Caller): Reader {
  return { personId: personOf(caller), sight: caller.sight }
}

/** Returns the calling person. Only people have notices: throws 404 for a key. */
export function personOf({ staff }: Caller): string {
  if (staff === null) throw notFound()
  return staff.userId
}
