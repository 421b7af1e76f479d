import type { Tx } from '../../db/client.ts'
import { EVERYTHING, readIds } from '../../db/list/list.ts'
import {
  closeDigestDay,
  findPracticesToDigest,
  insertDigest,
  readDigestReaders,
  readZones,
} from '../../db/notices/digests.ts'
import { type DigestDay, digestDayOf } from '../../domain/practice/digests.ts'
import { conditionOfView } from '../../domain/rows/conditions.ts'
import { type DigestGiven, digestInputs } from '../compose/digest.ts'
import { TEMPLATE_VERSION } from '../compose/inputs.ts'
import type { Sending } from '../sending.ts'

const PRACTICES_AT_ONCE = 50
/** The most onboardings that need staff to read. */
const MOST_NEEDING = 1_000

/**
 * Creates the digests that are due at `now`, one a day for each colleague; they are sent like other mails to
 * colleagues. A failure in a practice goes to `onError` and stops no other. Returns the number of practices.
 */
export async function makeDigests(
  { commands: { db }, publicUrl }: Pick<Sending, 'commands' | 'publicUrl'>,
  now: number,
  onError: (practiceId: string, error: unknown) => void,
): Promise<number> {
  const days = new Map((await readZones(db)).map((zone) => [zone, dayIn(zone, now)]))
  const due = [...days].flatMap(([zone, day]) => (day ? [{ zone, day: day.day }] : []))
  let made = 0
  for (const { practiceId, zone } of await findPracticesToDigest(db, due, PRACTICES_AT_ONCE)) {
    const day = days.get(zone)
    if (!day) continue
    try {
      await db.inPractice(practiceId, (tx) => makeOf(tx, day, { publicUrl, now }))
      made += 1
    } catch (error) {
      onError(practiceId, error)
    }
  }
  return made
}

/** Returns the day of the digest; null for a zone that the platform does not know. */
function dayIn(zone: string, now: number): DigestDay | null {
  try {
    return digestDayOf(now, zone)
  } catch {
    return null
  }
}

async function makeOf(tx: Tx, day: DigestDay, given: DigestGiven): Promise<void> {
  const readers = await readDigestReaders(tx, day)
  const query = {
    ...EVERYTHING,
    sight: { of: 'all' },
    conditions: [conditionOfView('attention', null)],
    sort: 'waiting',
    limit: MOST_NEEDING,
  } as const
  const needing = readers.length > 0 ? await readIds(tx, query) : []
  for (const reader of readers) {
    const inputs = await digestInputs(tx, reader, needing, day, given)
    const frozen = inputs && { recipient: reader.email, templateVersion: TEMPLATE_VERSION, inputs }
    await insertDigest(tx, reader.personId, day.day, frozen)
  }
  await closeDigestDay(tx, day.day)
}
