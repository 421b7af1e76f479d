import type { Tx } from '../../db/client.ts'
import { readRows } from '../../db/list/list.ts'
import { namesOf } from '../../db/list/rowNames.ts'
import { countDue, countHappened, type DigestReader, keepTheirs, readNamed } from '../../db/notices/digests.ts'
import { readPractice } from '../../db/practices.ts'
import { describe } from '../../domain/describe.ts'
import type { DigestDay } from '../../domain/practice/digests.ts'
import { NOTICE_KINDS, type NoticeKind } from '../../domain/practice/notices.ts'
import { blockerSentence } from '../../domain/rows/sentences.ts'
import type { DigestMail } from '../templates/view.ts'
import { inMails } from './brand.ts'

const MOST_NEEDS = 10

const WHAT: Record<NoticeKind, string> = {
  accepted: 'Accepted',
  bank_connected: 'Bank connected',
  books_connected: 'Books connected by the client',
  waiting: 'Waiting for you',
  completed: 'Completed',
  declined: 'Declined',
  undelivered: 'Bounced or failed to arrive',
  failed: 'Bank or software failed',
  expired: 'Expired',
  assigned: 'Assigned to you',
  support: 'Support looked or acted',
}

/** The parts of a digest that are not read for it. */
export type DigestGiven = { publicUrl: string; now: number }

/** Composes a colleague's digest; null if no client needs them. `needing`: those that need staff, in order. */
export async function digestInputs(
  tx: Tx,
  reader: DigestReader,
  needing: string[],
  day: DigestDay,
  { publicUrl, now }: DigestGiven,
): Promise<DigestMail | null> {
  const theirs = await keepTheirs(tx, reader, needing)
  if (theirs.length === 0) return null
  const first = theirs.slice(0, MOST_NEEDS)
  const [rows, happened, will, named, practice] = await Promise.all([
    readRows(tx, first),
    countHappened(tx, reader, day),
    countDue(tx, reader, now, day),
    readNamed(tx, reader, day),
    readPractice(tx),
  ])
  const needs = rows
    .map(({ view, locked: { facts, now: present }, context }) => {
      const description = describe(facts, present)
      return {
        id: view.id,
        client: view.organisation.name,
        situation: blockerSentence(description, facts, namesOf(view, context, facts), present),
        since: description.since,
        url: `${publicUrl}/clients/${view.id}`,
      }
    })
    .sort((a, b) => first.indexOf(a.id) - first.indexOf(b.id))
    .map(({ id: _, ...need }) => need)
  return {
    mail: 'digest',
    practice: inMails(practice, publicUrl),
    zone: practice.timeZone,
    now,
    needing: theirs.length,
    needs,
    since: day.from - day.since > LONGEST_DAY_MS ? 'friday' : 'yesterday',
    was: {
      invited: happened.invited ?? 0,
      accepted: happened.accepted ?? 0,
      banks: happened.bank_connected ?? 0,
      completed: happened.completed ?? 0,
    },
    named: NOTICE_KINDS.flatMap((kind) => {
      const clients = named.find((one) => one.kind === kind)?.clients
      return clients ? [{ what: WHAT[kind], clients }] : []
    }),
    will,
    openUrl: `${publicUrl}/clients`,
    settingsUrl: `${publicUrl}/me/notifications`,
  }
}

const LONGEST_DAY_MS = 25 * 3_600_000
