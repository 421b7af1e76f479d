import { z } from 'zod'
import { placesLeft } from '../../../commands/connections/ledgers/places.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { readPractice } from '../../../db/practices.ts'
import { LEDGERS } from '../../../domain/connections/ledgers.ts'
import { PLANS } from '../../../domain/practice/plans.ts'
import { ADMIN_ROLES, RIGHTS, ROLES } from '../../../domain/rights.ts'
import type { LedgerConnector } from '../../../providers/ledger/ledger.ts'
import type { Dependencies } from '../../dependencies.ts'
import { endpoint, NO_PRACTICE } from '../../endpoint.ts'
import { writeToOf } from '../../practiceLimit.ts'
import {
  colleagueEmailText,
  colleagueText,
  countryText,
  currencyText,
  idText,
  ledgerText,
  practiceText,
  timeZoneText,
} from '../texts.ts'

const role = z.enum(ROLES)

const meSchema = z
  .object({
    user: z
      .object({
        id: idText,
        name: colleagueText,
        email: colleagueEmailText,
        twoFactor: z.boolean(),
        signOn: z.boolean().meta({
          description:
            'Signed in by the practice’s own sign-in: name, password, factor and sessions cannot be changed.',
        }),
      })
      .nullable()
      .meta({ description: 'Null for an API key.' }),
    practice: z
      .object({
        id: idText,
        slug: z.string().meta({ example: 'marsh-lowe' }),
        name: practiceText,
        country: countryText,
        currency: currencyText,
        timeZone: timeZoneText,
        plan: z.enum(PLANS),
      })
      .nullable()
      .meta({ description: 'Null for somebody who works in none, as support does until a practice lets it in.' }),
    practices: z.array(z.object({ id: idText, name: practiceText, role })),
    role: role.nullable().meta({ description: 'Null for an API key.' }),
    rights: z.array(z.enum(RIGHTS)),
    admins: z
      .array(z.object({ name: colleagueText, email: colleagueEmailText, role: z.enum(ADMIN_ROLES) }))
      .meta({ description: 'Who can help: both give rights, and a Client Admin those that they have themselves.' }),
    ledgers: z
      .array(
        z.object({
          id: z.string().meta({ description: 'The `provider` of a connection.', example: LEDGERS[0].id }),
          name: ledgerText,
          duringSetup: z.boolean().meta({ description: 'It can be connected while the client is added, too.' }),
          note: z.string().meta({ description: 'What whoever connects it should know.' }),
          endNote: z.string().meta({ description: 'What whoever disconnects it should know.' }),
          left: z.int().nullable().meta({
            description:
              'How many more organisations Embark may connect there, of all practices; null without a limit.',
          }),
        }),
      )
      .meta({ description: 'The accounting software that can be connected.' }),
    banks: z
      .array(
        z.object({
          id: z.string().meta({ description: 'The `provider` of a connection.' }),
          listedAs: z.string().nullable().meta({
            description:
              'The name under which a bank may go on listing an access that was ended here; null where the provider ends it at the bank.',
          }),
        }),
      )
      .meta({ description: 'The providers through which banks are connected.' }),
    colleagues: z.int().meta({ description: 'How many others work in the practice.' }),
    writeTo: z.email().meta({ description: 'Where Embark itself is written to.' }),
  })
  .meta({ id: 'Me' })

/** Returns a ledger as it can be connected now. */
const ledgerOf = async (db: Dependencies['db'], ledger: LedgerConnector) => ({
  id: ledger.name,
  name: ledger.label,
  duringSetup: ledger.can.duringSetup,
  note: ledger.note,
  endNote: ledger.endNote,
  left: await placesLeft(db, ledger),
})

export const getMe = endpoint({
  method: 'get',
  path: '/me',
  right: null,
  about: 'self',
  summary: 'Who calls, and what they may do',
  description: 'The app draws its buttons from `rights`.',
  answer: { status: 200, description: 'The caller in the present practice.', schema: meSchema },
  handle: async ({ db, emailFrom, ledgers, banks }, { caller }) => {
    const { practiceId, rights, staff } = caller
    const user = staff && {
      id: staff.userId,
      name: staff.name,
      email: staff.email,
      twoFactor: staff.twoFactor,
      signOn: staff.onlyPracticeId !== null,
    }
    const practices = (staff?.practices ?? []).map((one) => ({ id: one.practiceId, name: one.name, role: one.role }))
    const self = {
      user,
      practices,
      role: staff?.role ?? null,
      rights: [...rights],
      writeTo: writeToOf(emailFrom),
      ledgers: await Promise.all(ledgers.all.map((ledger) => ledgerOf(db, ledger))),
      banks: banks.all.map(({ name, label, can }) => ({ id: name, listedAs: can.revoke ? null : label })),
    }
    if (practiceId === NO_PRACTICE) return { body: { ...self, practice: null, admins: [], colleagues: 0 } }
    const { practice, colleagues } = await db.inPractice(practiceId, async (tx) => ({
      practice: await readPractice(tx),
      colleagues: await readColleagues(tx),
    }))
    const { id, slug, name, country, currency, timeZone, plan } = practice
    return {
      body: {
        ...self,
        practice: { id, slug, name, country, currency, timeZone, plan },
        admins: colleagues.flatMap(({ name, email, role: has }) => {
          const role = ADMIN_ROLES.find((one) => one === has)
          return role ? [{ name, email, role }] : []
        }),
        colleagues: colleagues.filter(({ userId }) => userId !== staff?.userId).length,
      },
    }
  },
})
