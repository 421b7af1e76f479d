import { z } from 'zod'
import { readConsents } from '../../../db/connections/consents.ts'
import { readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { cursorField, readCursor, writeCursor } from '../lists/cursor.ts'
import { consentOf, consentSchema } from './consent.ts'
import { consentFields, consentQueryOf, consentSort } from './filters.ts'

const query = z.strictObject({
  ...consentFields,
  sort: consentSort,
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: cursorField,
})

const place = z.tuple([z.string().regex(/^-?\d{1,16}$/), z.uuid()])

export const listConsents = endpoint({
  method: 'get',
  path: '/consents',
  right: 'see_clients',
  about: 'clients',
  summary: 'The access that clients gave to their banks',
  description: 'Who has to act and by when. One for each connection of a bank, among the clients the caller sees.',
  query,
  answer: {
    status: 200,
    description: 'One page.',
    schema: z.object({ items: z.array(consentSchema), nextCursor: z.string().nullable() }),
  },
  handle: async (deps, { caller, query }) => {
    const { cursor, sort, limit, ...filter } = query
    const list = { sort, ...filter }
    const [endsMs, id] = readCursor(cursor, list, place) ?? []
    const after = endsMs === undefined || id === undefined ? null : { endsMs, id }
    const { rows, zone } = await deps.db.inPractice(caller.practiceId, async (tx) => ({
      rows: await readConsents(tx, consentQueryOf(filter, caller), { sort, after, limit: limit + 1 }),
      zone: (await readPractice(tx)).timeZone,
    }))
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      body: {
        items: page.map((row) => consentOf(deps, row, zone)),
        nextCursor: rows.length > limit && last ? writeCursor(list, [last.place.endsMs, last.place.id]) : null,
      },
    }
  },
})
